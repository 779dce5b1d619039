/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package com.contiguity.spring.internal.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecChain.Scope;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.util.TimeValue;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.util.Assert;

/**
 * A connector that sends each request once. The transport's retries and redirects are
 * disabled. It also hides phone numbers in paths: loggers, filters and observations see
 * an address without them. The connector replaces it with the real address when the
 * request is written.
 *
 * @since 0.1.0
 */
public final class ContiguityConnector implements ClientHttpConnector {

	private final ClientHttpConnector delegate;

	private final boolean delegateKnowsAttempts;

	private final @Nullable Runnable closeTransport;

	private volatile boolean closed;

	private ContiguityConnector(ClientHttpConnector delegate, boolean delegateKnowsAttempts,
			@Nullable Runnable closeTransport) {
		this.delegate = delegate;
		this.delegateKnowsAttempts = delegateKnowsAttempts;
		this.closeTransport = closeTransport;
	}

	private ContiguityConnector(ClientHttpConnector delegate) {
		this(delegate, false, null);
	}

	/**
	 * Create a connector.
	 * @param builder the builder of the transport to use
	 * @param settings timeouts and SSL; redirects are never followed, even if the
	 * settings allow them
	 * @param ownPool whether to use a separate connection pool instead of the
	 * transport's; for Reactor Netty only
	 * @param maxConnections the maximum number of connections, or {@code null} for the
	 * transport's default; for Reactor Netty only
	 * @param pendingAcquireTimeout the maximum time that an attempt waits for a
	 * connection, or {@code null} for the transport's default; for Reactor Netty only
	 * @param maxIdleTime the time after which an idle connection is closed; not for the
	 * JDK's client, which has a system property for it
	 * @return the connector
	 */
	public static ContiguityConnector create(ClientHttpConnectorBuilder<?> builder, HttpClientSettings settings,
			boolean ownPool, @Nullable Integer maxConnections, @Nullable Duration pendingAcquireTimeout,
			Duration maxIdleTime) {
		HttpClientSettings singleShot = settings.withRedirects(HttpRedirects.DONT_FOLLOW);
		if (builder instanceof ReactorClientHttpConnectorBuilder reactor) {
			return (ownPool)
					? ReactorNetty.create(reactor, singleShot, maxConnections, pendingAcquireTimeout, maxIdleTime)
					: ReactorNetty.create(reactor, singleShot);
		}
		if (builder instanceof JettyClientHttpConnectorBuilder jetty) {
			return Jetty.create(jetty, singleShot, maxIdleTime);
		}
		if (builder instanceof HttpComponentsClientHttpConnectorBuilder httpComponents) {
			return new ContiguityConnector(HttpComponents.singleShot(httpComponents, maxIdleTime).build(singleShot));
		}
		// the JDK's client does not retry requests that are not idempotent; other
		// connectors must not, either
		return new ContiguityConnector(builder.build(singleShot));
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		return Mono.deferContextual((context) -> {
			if (this.closed) {
				return Mono.error(new ConnectException("The connections to Contiguity are closed"));
			}
			Attempt attempt = Attempt.from(context);
			if (attempt != null && this.delegateKnowsAttempts) {
				attempt.markWatched();
				return this.delegate.connect(method, uri, requestCallback);
			}
			URI address = (attempt != null) ? attempt.getAddress() : null;
			return this.delegate.connect(method, (address != null) ? address : uri, requestCallback);
		});
	}

	/**
	 * Close the connections that are used by this connector only, and shut down its
	 * threads. The JDK's client cannot be closed. Its threads do not keep the JVM running
	 * and end by themselves.
	 */
	void close() {
		this.closed = true;
		if (this.closeTransport != null) {
			this.closeTransport.run();
		}
		if (this.delegate instanceof Closeable closeable) {
			try {
				closeable.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Isolates the code that requires Reactor Netty.
	 */
	private static final class ReactorNetty {

		/**
		 * The value of Reactor Netty's default HTTP pool. Other pools have 16
		 * connections.
		 */
		private static final int DEFAULT_MAX_CONNECTIONS = 500;

		private static final AttributeKey<URI> ADDRESS = AttributeKey.valueOf(ContiguityConnector.class, "address");

		/** The attempt whose request has not been written yet and has deadlines. */
		private static final AttributeKey<Attempt> IN_WINDOW = AttributeKey.valueOf(ContiguityConnector.class,
				"inWindow");

		static ContiguityConnector create(ReactorClientHttpConnectorBuilder builder, HttpClientSettings settings,
				@Nullable Integer maxConnections, @Nullable Duration pendingAcquireTimeout, Duration maxIdleTime) {
			ConnectionProvider connections = connections(maxConnections, pendingAcquireTimeout, maxIdleTime);
			return new ContiguityConnector(
					singleShot(builder.withHttpClientFactory(() -> HttpClient.create(connections))).build(settings),
					true, connections::dispose);
		}

		static ContiguityConnector create(ReactorClientHttpConnectorBuilder builder, HttpClientSettings settings) {
			return new ContiguityConnector(singleShot(builder).build(settings), true, null);
		}

		private static ReactorClientHttpConnectorBuilder singleShot(ReactorClientHttpConnectorBuilder builder) {
			return builder.withHttpClientCustomizer((httpClient) -> httpClient.disableRetry(true)
				.doOnConnected(ReactorNetty::skipInterimResponses)
				.doOnRequest(ReactorNetty::beforeRequest));
		}

		private static ConnectionProvider connections(@Nullable Integer maxConnections,
				@Nullable Duration pendingAcquireTimeout, Duration maxIdleTime) {
			ConnectionProvider.Builder builder = ConnectionProvider.builder("contiguity")
				.maxConnections((maxConnections != null) ? maxConnections : DEFAULT_MAX_CONNECTIONS)
				.maxIdleTime(maxIdleTime)
				.evictInBackground(maxIdleTime);
			if (pendingAcquireTimeout != null) {
				builder.pendingAcquireTimeout(pendingAcquireTimeout);
			}
			return builder.build();
		}

		// Reactor Netty treats the first status as the response, even if it is a 1xx
		// status
		private static void skipInterimResponses(Connection connection) {
			ChannelPipeline pipeline = connection.channel().pipeline();
			if (pipeline.get(NettyPipeline.HttpCodec) != null && pipeline.get(InterimResponseFilter.class) == null) {
				pipeline.addAfter(NettyPipeline.HttpCodec, "contiguity.interimResponses", new InterimResponseFilter());
			}
		}

		private static void beforeRequest(HttpClientRequest request, Connection connection) {
			Attempt attempt = Attempt.from(request.currentContextView());
			if (attempt == null) {
				return;
			}
			attempt.leaveInTime();
			// set for each request, so that the value of the previous one does not remain
			connection.channel().attr(ADDRESS).set(attempt.getAddress());
			ChannelPipeline pipeline = connection.channel().pipeline();
			if (attempt.getAddress() != null && pipeline.get(AddressWriter.class) == null) {
				pipeline.addLast(new AddressWriter());
			}
			connection.channel().attr(IN_WINDOW).set((attempt.hasWindow()) ? attempt : null);
			if (attempt.hasWindow() && pipeline.get(WindowGuard.class) == null) {
				pipeline.addFirst(new WindowGuard());
				pipeline.addLast(new WindowEnd());
			}
		}

		/**
		 * Discards interim responses (RFC 9110, section 15.2).
		 */
		private static final class InterimResponseFilter extends ChannelInboundHandlerAdapter {

			private boolean skipping;

			@Override
			public void channelRead(ChannelHandlerContext context, Object message) {
				if (message instanceof HttpResponse response) {
					this.skipping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL
							&& response.status().code() != 101;
				}
				if (!this.skipping) {
					context.fireChannelRead(message);
					return;
				}
				// the end of the interim response is discarded, too
				this.skipping = !(message instanceof LastHttpContent);
				ReferenceCountUtil.release(message);
				context.read();
			}

		}

		/**
		 * Writes the real address to a request before it is sent.
		 */
		@ChannelHandler.Sharable
		private static final class AddressWriter extends ChannelDuplexHandler {

			@Override
			public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
				if (message instanceof HttpRequest request) {
					URI address = context.channel().attr(ADDRESS).getAndSet(null);
					if (address != null) {
						String query = address.getRawQuery();
						request.setUri((query != null) ? address.getRawPath() + "?" + query : address.getRawPath());
					}
				}
				super.write(context, message, promise);
			}

		}

		/**
		 * Checks the deadlines when bytes are written to the socket, below TLS. A process
		 * that was frozen after it created its request does not write it.
		 */
		private static final class WindowGuard extends ChannelOutboundHandlerAdapter {

			@Override
			public void flush(ChannelHandlerContext context) {
				Attempt attempt = context.channel().attr(IN_WINDOW).get();
				try {
					if (attempt != null) {
						attempt.checkTime();
					}
				}
				catch (CancellationException ex) {
					context.channel().attr(IN_WINDOW).set(null);
					// pending data that has not been flushed is discarded
					context.close();
					return;
				}
				context.flush();
			}

		}

		/**
		 * Removes the guard once a request is written. A later flush, for example of the
		 * end of TLS, must not mark that request as late.
		 */
		private static final class WindowEnd extends ChannelOutboundHandlerAdapter {

			@Override
			public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
				if (message instanceof LastHttpContent && context.channel().attr(IN_WINDOW).get() != null) {
					context.write(message,
							promise.unvoid().addListener((written) -> context.channel().attr(IN_WINDOW).set(null)));
					return;
				}
				context.write(message, promise);
			}

		}

	}

	/**
	 * Isolates the code that requires Jetty's client.
	 */
	private static final class Jetty {

		/**
		 * Jetty's default gives its threads more time to finish before it interrupts
		 * them.
		 */
		private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

		private final AtomicReference<@Nullable LifeCycle> client = new AtomicReference<>();

		private volatile boolean closed;

		static ContiguityConnector create(JettyClientHttpConnectorBuilder builder, HttpClientSettings settings,
				Duration maxIdleTime) {
			Jetty jetty = new Jetty();
			return new ContiguityConnector(jetty.singleShot(builder, maxIdleTime).build(settings), false, jetty::close);
		}

		private JettyClientHttpConnectorBuilder singleShot(JettyClientHttpConnectorBuilder builder,
				Duration maxIdleTime) {
			return builder.withHttpClientCustomizer((httpClient) -> {
				this.client.set(httpClient);
				httpClient.setFollowRedirects(false);
				closeWhenIdle(httpClient, maxIdleTime);
				useDaemonThreads(httpClient);
				// the connector's own user agent is among the headers
				httpClient.setUserAgentField(null);
				httpClient.addEventListener(new LifeCycle.Listener() {

					// the connector starts a stopped client
					@Override
					public void lifeCycleStarting(LifeCycle starting) {
						Assert.state(!Jetty.this.closed, "The connections to Contiguity are closed");
					}

					// added at start: it would answer a 401 with a second request, or
					// withhold the first response
					@Override
					public void lifeCycleStarted(LifeCycle started) {
						httpClient.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
					}

				});
			});
		}

		// a connection that waits for a response keeps the original idle timeout
		private static void closeWhenIdle(org.eclipse.jetty.client.HttpClient httpClient, Duration maxIdleTime) {
			long answerTimeout = Math.max(0, httpClient.getIdleTimeout());
			httpClient.setIdleTimeout(maxIdleTime.toMillis());
			httpClient.getRequestListeners().addQueuedListener((request) -> {
				if (request.getIdleTimeout() < 0) {
					request.idleTimeout(answerTimeout, TimeUnit.MILLISECONDS);
				}
			});
		}

		// the client's own threads would keep an application running that does not close
		// the client
		private static void useDaemonThreads(org.eclipse.jetty.client.HttpClient httpClient) {
			// the name that Jetty assigns at start
			String name = "HttpClient@" + Integer.toHexString(httpClient.hashCode());
			if (httpClient.getExecutor() == null) {
				QueuedThreadPool threads = new QueuedThreadPool();
				threads.setName(name);
				threads.setDaemon(true);
				httpClient.setExecutor(threads);
			}
			if (httpClient.getScheduler() == null) {
				httpClient.setScheduler(new ScheduledExecutorScheduler(name + "-scheduler", true));
			}
		}

		// the connector does not stop the client; a separate thread, because a thread of
		// the client would wait for itself
		private void close() {
			this.closed = true;
			Thread stop = new Thread(() -> LifeCycle.stop(this.client.get()), "contiguity-jetty-stop");
			stop.setDaemon(true);
			stop.start();
			try {
				stop.join(STOP_TIMEOUT.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * Isolates the code that requires Apache HttpComponents.
	 */
	private static final class HttpComponents {

		static HttpComponentsClientHttpConnectorBuilder singleShot(HttpComponentsClientHttpConnectorBuilder builder,
				Duration maxIdleTime) {
			return builder
				.withConnectionConfigCustomizer(
						(connection) -> connection.setIdleTimeout(maxIdleTime.toMillis(), TimeUnit.MILLISECONDS))
				.withHttpClientCustomizer((httpClient) -> httpClient.disableAutomaticRetries()
					.disableRedirectHandling()
					.evictIdleConnections(TimeValue.of(maxIdleTime))
					.addExecInterceptorAfter(ChainElement.CONNECT.name(), "contiguity", HttpComponents::beforeRequest));
		}

		private static void beforeRequest(org.apache.hc.core5.http.HttpRequest request,
				@Nullable AsyncEntityProducer body, Scope scope, AsyncExecChain chain, AsyncExecCallback callback)
				throws HttpException, IOException {
			if (scope.clientContext.getAttribute(Attempt.ATTRIBUTE) instanceof Attempt attempt) {
				try {
					attempt.checkTime();
				}
				catch (CancellationException ex) {
					callback.failed(ex);
					return;
				}
			}
			chain.proceed(request, body, scope, callback);
		}

	}

}

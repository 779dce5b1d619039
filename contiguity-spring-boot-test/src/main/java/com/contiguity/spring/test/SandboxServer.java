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

package com.contiguity.spring.test;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.logging.LogManager;

import org.mockserver.closurecallback.websocketregistry.LocalCallbackRegistry;
import org.mockserver.configuration.Configuration;
import org.mockserver.integration.ClientAndServer;
import org.mockserver.logging.MockServerLogger;
import org.mockserver.matchers.TimeToLive;
import org.mockserver.matchers.Times;
import org.mockserver.mock.Expectation;
import org.mockserver.mock.action.ExpectationResponseCallback;
import org.mockserver.model.AfterAction;
import org.mockserver.model.ClearType;
import org.mockserver.model.HttpObjectCallback;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;
import org.mockserver.model.RequestDefinition;
import org.mockserver.socket.tls.ForwardProxyTLSX509CertificatesTrustManager;
import org.slf4j.event.Level;

/**
 * A MockServer with a callback for requests that match no other expectation. It listens
 * on the loopback interface only and logs nothing.
 */
final class SandboxServer implements AutoCloseable {

	private static final String LOOPBACK = "127.0.0.1";

	private static final String JUL_CONFIG_CLASS = "java.util.logging.config.class";

	private final String callbackId = UUID.randomUUID().toString();

	private final String answeredId = this.callbackId + "-answered";

	private final ExpectationResponseCallback callback;

	private final ExpectationResponseCallback answered;

	private final ClientAndServer mockServer;

	private volatile boolean handedOut;

	SandboxServer(ExpectationResponseCallback callback, Consumer<HttpRequest> answered, int port) {
		this.callback = callback;
		this.answered = (request) -> {
			answered.accept(request);
			return HttpResponse.notFoundResponse();
		};
		keepLoggingAsItIs();
		this.mockServer = ClientAndServer.startClientAndServer(configuration(), port);
		install();
		// the first call loads classes
		forgetRequests();
	}

	private static Configuration configuration() {
		return Configuration.configuration()
			.localBoundIP(LOOPBACK)
			.logLevel(Level.WARN)
			.disableLogging(true)
			.attemptToProxyIfNoMatchingExpectation(false)
			.mcpEnabled(false)
			.grpcEnabled(false)
			// TLS is not used, but the defaults would cause warnings
			.tlsProtocols("TLSv1.2,TLSv1.3")
			.forwardProxyTLSX509CertificatesTrustManagerType(ForwardProxyTLSX509CertificatesTrustManager.JVM)
			.nioEventLoopThreadCount(2)
			.clientNioEventLoopThreadCount(1);
	}

	/**
	 * When its logger is loaded, MockServer replaces the configuration of {@code
	 * java.util.logging}, unless it is already configured.
	 */
	private static synchronized void keepLoggingAsItIs() {
		LogManager.getLogManager();
		String before = System.getProperty(JUL_CONFIG_CLASS);
		try {
			System.setProperty(JUL_CONFIG_CLASS, (before != null) ? before : SandboxServer.class.getName());
			Class.forName(MockServerLogger.class.getName());
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			if (before == null) {
				System.clearProperty(JUL_CONFIG_CLASS);
			}
		}
	}

	/**
	 * Register the callback, and the listener for written responses. Within the same JVM,
	 * MockServer finds them by their ids and calls them directly, without the web socket
	 * of its client.
	 */
	private void install() {
		LocalCallbackRegistry.registerCallback(this.callbackId, this.callback);
		LocalCallbackRegistry.registerCallback(this.answeredId, this.answered);
		this.mockServer
			.upsert(new Expectation(HttpRequest.request(), Times.unlimited(), TimeToLive.unlimited(), Integer.MIN_VALUE)
				.withId(this.callbackId)
				.thenRespond(new HttpObjectCallback().withClientId(this.callbackId))
				.withAfterActions(AfterAction.afterAction()
					.withHttpObjectCallback(new HttpObjectCallback().withClientId(this.answeredId))));
	}

	String baseUrl() {
		return "http://" + LOOPBACK + ":" + this.mockServer.getPort();
	}

	ClientAndServer mockServer() {
		this.handedOut = true;
		return this.mockServer;
	}

	/**
	 * Remove the recorded requests and all expectations except the callback. As long as
	 * the MockServer has not been exposed, there are no other expectations, which saves
	 * half of the time.
	 */
	void reset() {
		if (this.handedOut) {
			this.mockServer.reset();
			install();
		}
		else {
			forgetRequests();
		}
	}

	private void forgetRequests() {
		this.mockServer.clear((RequestDefinition) null, ClearType.LOG);
	}

	@Override
	public void close() {
		this.mockServer.stop();
		LocalCallbackRegistry.unregisterCallback(this.callbackId);
		LocalCallbackRegistry.unregisterCallback(this.answeredId);
	}

}

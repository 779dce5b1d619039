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

package com.contiguity.spring.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.contiguity.spring.Operation;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.internal.client.ContiguityClient;
import com.contiguity.spring.internal.client.ContiguityConnector;
import com.contiguity.spring.internal.delivery.AccountStatus;
import com.contiguity.spring.internal.delivery.CallMonitor;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.delivery.FullJitterBackOffPolicy;
import com.contiguity.spring.internal.delivery.Interception;
import com.contiguity.spring.internal.delivery.Reconciler;
import com.contiguity.spring.internal.delivery.RetryRules;
import com.contiguity.spring.internal.delivery.SendPipeline;
import com.contiguity.spring.internal.line.LeasedLinePool;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.line.StickyLineSelector;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.ImessageObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;
import org.springframework.util.Assert;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Builds {@link ImessageTemplate}s and {@link ReactiveImessageTemplate}s. An injected
 * builder has the settings of the application, so that a second account needs only
 * another token: <pre class="code">
 * &#064;Bean(defaultCandidate = false)
 * &#064;Qualifier("marketing")
 * ImessageTemplate marketing(ImessageTemplateBuilder builder, &#064;Value("${marketing.token}") String token) {
 *     return builder.token(token).build();
 * }</pre>
 * <p>
 * Not thread-safe; each injection point gets its own builder.
 *
 * @since 0.1.0
 */
public final class ImessageTemplateBuilder implements Cloneable {

	private static final Log logger = LogFactory.getLog(ImessageTemplateBuilder.class);

	private static final String DEFAULT_BASE_URL = "https://api.contiguity.com";

	/**
	 * Shorter than the idle time of minutes after which some networks silently drop
	 * connections.
	 */
	private static final Duration DEFAULT_MAX_IDLE_TIME = Duration.ofSeconds(30);

	private static final String DEFAULT_ACCOUNT = "default";

	private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

	private static final String TOKEN_PREFIX = "contiguity_sk_";

	private Supplier<WebClient.Builder> webClientBuilder = WebClient::builder;

	private @Nullable ClientHttpConnectorBuilder<?> connectorBuilder;

	private HttpClientSettings httpClientSettings = HttpClientSettings.defaults()
		.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20));

	private @Nullable ConnectionPool connectionPool;

	private String baseUrl = DEFAULT_BASE_URL;

	private @Nullable Supplier<String> token;

	private boolean tokenInherited;

	private AuthorizationScheme authorizationScheme = AuthorizationScheme.TOKEN;

	private String account = DEFAULT_ACCOUNT;

	private Lines lines = Lines.NONE;

	private @Nullable LineSelector lineSelector;

	private @Nullable Fallback fallback;

	private boolean fallbackInherited;

	private @Nullable Boolean fastTrack;

	private Duration timeout = Duration.ofSeconds(30);

	private RetryPolicy retryPolicy = new MaxAttemptsRetryPolicy(3);

	private BackOffPolicy backOffPolicy = new FullJitterBackOffPolicy(Duration.ofMillis(200), 2,
			Duration.ofSeconds(10));

	private List<RetryListener> retryListeners = new ArrayList<>();

	private List<SendInterceptor> interceptors = List.of();

	private Pacing pacing = Pacing.DEFAULT;

	private Duration maxWait = Duration.ofSeconds(10);

	private int bulkConcurrency = 256;

	private int bulkCapacity = 10_000;

	private Duration settleTime = Duration.ofSeconds(30);

	private @Nullable ApplicationEventPublisher eventPublisher;

	private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	private @Nullable ImessageObservationConvention observationConvention;

	private ContiguityMeters meters = ContiguityMeters.NONE;

	private Scheduler scheduler = Schedulers.parallel();

	ImessageTemplateBuilder() {
	}

	/**
	 * Set the name of the account. The name is the value of the key {@code account} in
	 * meters and spans, and it identifies the account in events, health details and the
	 * actuator endpoint. Templates of different accounts need different names.
	 * @param account the name, of at most 63 letters, digits, dots, hyphens and
	 * underscores; {@code default} if not set
	 * @return this builder
	 * @throws IllegalArgumentException if it is too long or contains other characters
	 */
	public ImessageTemplateBuilder account(String account) {
		Assert.isTrue(account != null && ACCOUNT.matcher(account).matches(),
				"'account' must consist of at most 63 letters, digits, dots, hyphens and underscores");
		this.account = account;
		return this;
	}

	/**
	 * Set the token.
	 * @param token the token, {@code contiguity_sk_…}
	 * @return this builder
	 * @throws IllegalArgumentException if it is empty
	 */
	public ImessageTemplateBuilder token(String token) {
		String stripped = Require.token("token", token);
		Assert.isTrue(!stripped.startsWith("whsec_"), "'token' must not be the secret of a webhook");
		if (!stripped.startsWith(TOKEN_PREFIX)) {
			logger.warn("The Contiguity token does not start with '" + TOKEN_PREFIX + "'. Check that it is a token");
		}
		return token(() -> stripped);
	}

	/**
	 * Set the supplier of the token. It is called once for each attempt, so the token can
	 * change while the application runs.
	 * @param token the supplier, which must not block
	 * @return this builder
	 */
	public ImessageTemplateBuilder token(Supplier<String> token) {
		Assert.notNull(token, "'token' must not be null");
		this.token = token;
		this.tokenInherited = false;
		return this;
	}

	/**
	 * Set the base URL of the API.
	 * @param baseUrl an {@code http} or {@code https} URL
	 * @return this builder
	 * @throws IllegalArgumentException if it is not such a URL
	 */
	public ImessageTemplateBuilder baseUrl(String baseUrl) {
		this.baseUrl = Require.baseUrl("baseUrl", baseUrl);
		return this;
	}

	/**
	 * Set the scheme of the {@code Authorization} header.
	 * @param authorizationScheme the scheme
	 * @return this builder
	 */
	public ImessageTemplateBuilder authorizationScheme(AuthorizationScheme authorizationScheme) {
		Assert.notNull(authorizationScheme, "'authorizationScheme' must not be null");
		this.authorizationScheme = authorizationScheme;
		return this;
	}

	/**
	 * Set the builder of the underlying {@link WebClient}. It is cloned. Its connector,
	 * base URL and codecs are not used.
	 * @param webClientBuilder the builder
	 * @return this builder
	 */
	public ImessageTemplateBuilder webClientBuilder(WebClient.Builder webClientBuilder) {
		Assert.notNull(webClientBuilder, "'webClientBuilder' must not be null");
		WebClient.Builder copy = webClientBuilder.clone();
		return webClientBuilder(() -> copy);
	}

	/**
	 * Set the supplier of the builder of the underlying {@link WebClient}. It is called
	 * on the first call, so that an application starts without loading classes that only
	 * calls need. The builder is cloned. Its connector, base URL and codecs are not used.
	 * @param webClientBuilder the supplier of the builder
	 * @return this builder
	 */
	public ImessageTemplateBuilder webClientBuilder(Supplier<WebClient.Builder> webClientBuilder) {
		Assert.notNull(webClientBuilder, "'webClientBuilder' must not be null");
		this.webClientBuilder = webClientBuilder;
		return this;
	}

	/**
	 * Set the transport. Retries of Reactor Netty, Jetty and Apache HttpComponents are
	 * switched off, and the JDK's client does not retry a POST. Any other transport must
	 * not retry one, either.
	 * @param connectorBuilder builds the connector
	 * @param settings timeouts and SSL; redirects are never followed, even if the
	 * settings allow them
	 * @return this builder
	 */
	public ImessageTemplateBuilder transport(ClientHttpConnectorBuilder<?> connectorBuilder,
			HttpClientSettings settings) {
		Assert.notNull(connectorBuilder, "'connectorBuilder' must not be null");
		Assert.notNull(settings, "'settings' must not be null");
		this.connectorBuilder = connectorBuilder;
		this.httpClientSettings = settings;
		return this;
	}

	/**
	 * Set the pool of connections. With Reactor Netty, it replaces the pool of the
	 * transport.
	 * @param connectionPool the pool
	 * @return this builder
	 */
	public ImessageTemplateBuilder connectionPool(ConnectionPool connectionPool) {
		Assert.notNull(connectionPool, "'connectionPool' must not be null");
		this.connectionPool = connectionPool;
		return this;
	}

	/**
	 * Set the only line, for messages whose request does not name one. Excludes
	 * {@link #lines(List)} and {@link #leasedLines(Duration)}.
	 * @param line the line's number in E.164 format
	 * @return this builder
	 * @throws IllegalArgumentException if it is not in E.164 format
	 */
	public ImessageTemplateBuilder from(String line) {
		this.lines = this.lines.withFrom(Require.line("from", line));
		return this;
	}

	/**
	 * Set the pool of lines, for messages whose request does not name one. A recipient
	 * always gets the same line of the pool. Excludes {@link #from(String)} and
	 * {@link #leasedLines(Duration)}.
	 * @param lines the lines' numbers in E.164 format; if empty, Contiguity chooses a
	 * line at random
	 * @return this builder
	 * @throws IllegalArgumentException if one is not in E.164 format
	 */
	public ImessageTemplateBuilder lines(List<String> lines) {
		Assert.notNull(lines, "'lines' must not be null");
		List<String> pool = new ArrayList<>(lines);
		for (int i = 0; i < pool.size(); i++) {
			Require.line("lines[" + i + "]", pool.get(i));
		}
		this.lines = this.lines.withPool(List.copyOf(pool));
		return this;
	}

	/**
	 * Set the selector of lines, for messages whose request does not name a line. It
	 * selects from {@link #lines(List)} or {@link #leasedLines(Duration)}, if any.
	 * @param lineSelector the selector
	 * @return this builder
	 */
	public ImessageTemplateBuilder lineSelector(LineSelector lineSelector) {
		Assert.notNull(lineSelector, "'lineSelector' must not be null");
		this.lineSelector = lineSelector;
		return this;
	}

	/**
	 * Use the lines leased by the account as the pool, for messages whose request does
	 * not name one. They are read when they are first needed. Excludes
	 * {@link #from(String)} and {@link #lines(List)}.
	 * @param refreshInterval the interval between refreshes
	 * @return this builder
	 */
	public ImessageTemplateBuilder leasedLines(Duration refreshInterval) {
		requirePositive(refreshInterval, "refreshInterval");
		this.lines = this.lines.withLeasedLines(refreshInterval);
		return this;
	}

	/**
	 * Set the fallback of messages whose request has none.
	 * @param fallback the fallback, or {@code null} for none
	 * @return this builder
	 */
	public ImessageTemplateBuilder fallback(@Nullable Fallback fallback) {
		this.fallback = fallback;
		this.fallbackInherited = false;
		return this;
	}

	/**
	 * Set whether messages bypass the rate limit of their line if their request does not
	 * set it.
	 * @param fastTrack whether to bypass the rate limit, or {@code null} for the API's
	 * default
	 * @return this builder
	 */
	public ImessageTemplateBuilder fastTrack(@Nullable Boolean fastTrack) {
		this.fastTrack = fastTrack;
		return this;
	}

	/**
	 * Set the maximum duration of a whole call, including waits and retries.
	 * @param timeout the time; 30 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder timeout(Duration timeout) {
		requirePositive(timeout, "timeout");
		this.timeout = timeout;
		return this;
	}

	/**
	 * Set the policy that decides whether to retry. It is called only for calls that the
	 * API did not accept.
	 * @param retryPolicy the policy; two retries if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder retryPolicy(RetryPolicy retryPolicy) {
		Assert.notNull(retryPolicy, "'retryPolicy' must not be null");
		this.retryPolicy = retryPolicy;
		return this;
	}

	/**
	 * Set the policy that determines the wait before the next attempt if the API does not
	 * specify it.
	 * @param backOffPolicy the policy, either a
	 * {@link org.springframework.retry.backoff.SleepingBackOffPolicy}, whose sleeper is
	 * replaced by a non-blocking wait, or a
	 * {@link org.springframework.retry.backoff.NoBackOffPolicy}. By default, the wait
	 * starts at 200 milliseconds with full jitter and doubles up to 10 seconds
	 * @return this builder
	 */
	public ImessageTemplateBuilder backOffPolicy(BackOffPolicy backOffPolicy) {
		Assert.notNull(backOffPolicy, "'backOffPolicy' must not be null");
		this.backOffPolicy = backOffPolicy;
		return this;
	}

	/**
	 * Set the retry listeners.
	 * @param retryListeners the listeners
	 * @return this builder
	 */
	public ImessageTemplateBuilder retryListeners(List<? extends RetryListener> retryListeners) {
		requireNoNull(retryListeners, "retryListeners");
		this.retryListeners = new ArrayList<>(retryListeners);
		return this;
	}

	/**
	 * Set the interceptors of messages.
	 * @param interceptors the interceptors, outermost first
	 * @return this builder
	 */
	public ImessageTemplateBuilder interceptors(List<? extends SendInterceptor> interceptors) {
		requireNoNull(interceptors, "interceptors");
		this.interceptors = List.copyOf(interceptors);
		return this;
	}

	/**
	 * Delay sends so that each line keeps to a rate within this process. Excludes
	 * {@link #linePacer(LinePacer)}.
	 * @param rate how many messages per second a line can send continuously; 1 if not set
	 * @param burst how many messages an idle line can send at once; 5 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder pacing(double rate, int burst) {
		Assert.isTrue(rate > 0 && Double.isFinite(rate), "'rate' must be positive");
		Assert.isTrue(burst > 0, "'burst' must be positive");
		this.pacing = this.pacing.withBucket(new Bucket(rate, burst));
		return this;
	}

	/**
	 * Set the pacer that delays sends so that each line keeps to its rate. Excludes
	 * {@link #pacing(double, int)}.
	 * @param linePacer the pacer, or {@code null} to send at once
	 * @return this builder
	 */
	public ImessageTemplateBuilder linePacer(@Nullable LinePacer linePacer) {
		this.pacing = this.pacing.withPacer(linePacer);
		return this;
	}

	/**
	 * Set the maximum time that a single send waits for its line.
	 * @param maxWait the time; 10 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder maxWait(Duration maxWait) {
		requireNotNegative(maxWait, "maxWait");
		this.maxWait = maxWait;
		return this;
	}

	/**
	 * Set the maximum number of messages that a {@code sendAll} sends at the same time.
	 * @param bulkConcurrency the maximum number; 256 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder bulkConcurrency(int bulkConcurrency) {
		Assert.isTrue(bulkConcurrency > 0, "'bulkConcurrency' must be positive");
		this.bulkConcurrency = bulkConcurrency;
		return this;
	}

	/**
	 * Set the maximum number of messages that wait for their line in a {@code sendAll}.
	 * When it is reached, no further requests are read.
	 * @param bulkCapacity the maximum number; 10,000 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder bulkCapacity(int bulkCapacity) {
		Assert.isTrue(bulkCapacity > 0, "'bulkCapacity' must be positive");
		this.bulkCapacity = bulkCapacity;
		return this;
	}

	/**
	 * Set how long after its attempt a message may still appear in the history.
	 * @param settleTime the time; 30 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder settleTime(Duration settleTime) {
		requireNotNegative(settleTime, "settleTime");
		this.settleTime = settleTime;
		return this;
	}

	/**
	 * Set the publisher of send events.
	 * @param eventPublisher the publisher, or {@code null} to publish no events
	 * @return this builder
	 */
	public ImessageTemplateBuilder eventPublisher(@Nullable ApplicationEventPublisher eventPublisher) {
		this.eventPublisher = eventPublisher;
		return this;
	}

	/**
	 * Set the observation registry.
	 * @param observationRegistry the registry; none if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder observationRegistry(ObservationRegistry observationRegistry) {
		Assert.notNull(observationRegistry, "'observationRegistry' must not be null");
		this.observationRegistry = observationRegistry;
		return this;
	}

	/**
	 * Set the convention of the observation of calls.
	 * @param observationConvention the convention, or {@code null} for the default
	 * @return this builder
	 */
	public ImessageTemplateBuilder observationConvention(
			@Nullable ImessageObservationConvention observationConvention) {
		this.observationConvention = observationConvention;
		return this;
	}

	/**
	 * Set the meters that complement the observation of calls.
	 * @param meters the meters; none if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder meters(ContiguityMeters meters) {
		Assert.notNull(meters, "'meters' must not be null");
		this.meters = meters;
		return this;
	}

	/**
	 * Set the scheduler for timeouts and waits, for tests with virtual time.
	 * @param scheduler the scheduler; Reactor's parallel scheduler if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder scheduler(Scheduler scheduler) {
		Assert.notNull(scheduler, "'scheduler' must not be null");
		this.scheduler = scheduler;
		return this;
	}

	/**
	 * Create another builder with the settings of this one. Later changes to one of them
	 * do not affect the other.
	 * <p>
	 * If a token is set on the new builder, it builds templates of another account. It
	 * then does not use the lines of this builder ({@link #from(String)},
	 * {@link #lines(List)} and the line of the {@linkplain #fallback(Fallback)
	 * fallback}), unless they are set again.
	 * @return the other builder
	 */
	public ImessageTemplateBuilder copy() {
		try {
			ImessageTemplateBuilder copy = (ImessageTemplateBuilder) clone();
			copy.tokenInherited = true;
			copy.lines = linesOfAccount().asInherited();
			copy.pacing = this.pacing.asInherited();
			copy.fallback = fallbackOfAccount();
			copy.fallbackInherited = true;
			return copy;
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Lines linesOfAccount() {
		return (this.lines.inherited() && !this.tokenInherited) ? Lines.NONE : this.lines;
	}

	private @Nullable Fallback fallbackOfAccount() {
		Fallback fallback = this.fallback;
		return (fallback != null && fallback.from() != null && this.fallbackInherited && !this.tokenInherited)
				? Fallback.when(fallback.when()) : fallback;
	}

	private static void requirePositive(Duration duration, String name) {
		Assert.isTrue(duration != null && !duration.isNegative() && !duration.isZero(),
				() -> "'" + name + "' must be positive");
	}

	private static void requireNotNegative(Duration duration, String name) {
		Assert.isTrue(duration != null && !duration.isNegative(), () -> "'" + name + "' must not be negative");
	}

	private static void requireNoNull(List<?> elements, String name) {
		Assert.notNull(elements, () -> "'" + name + "' must not be null");
		Assert.noNullElements(elements, () -> "'" + name + "' must not contain null");
	}

	/**
	 * Build a blocking template.
	 * @return the template
	 * @throws IllegalStateException if there is no token, or if two settings exclude each
	 * other
	 */
	public ImessageTemplate build() {
		return new ImessageTemplate(buildReactive());
	}

	/**
	 * Build a reactive template.
	 * @return the template
	 * @throws IllegalStateException if there is no token, or if two settings exclude each
	 * other
	 */
	public ReactiveImessageTemplate buildReactive() {
		Supplier<String> token = this.token;
		Assert.state(token != null, "'token' must be set");
		Lines lines = linesOfAccount();
		lines.check();
		this.pacing.check();
		LinePacer linePacer = this.pacing.pacer(this.scheduler);
		Duration refreshInterval = lines.leasedLinesRefreshInterval();
		if (linePacer != null && lines.numbers().isEmpty() && this.lineSelector == null && refreshInterval == null) {
			logger.warn(
					"No line is configured. Messages whose request does not name one are sent from a random line and are not "
							+ "paced. Set 'contiguity.from', 'contiguity.lines' or 'contiguity.leased-lines.enabled'.");
		}
		ContiguityClient client = new ContiguityClient(this.webClientBuilder, connectorFactory(), this.baseUrl, token,
				this.authorizationScheme::headerValue);
		if (this.httpClientSettings.sslBundle() != null) {
			// reports invalid files of the bundle at startup
			client.prepare();
		}
		LinePool linePool = new LinePool(lines.numbers());
		Delivery delivery = new Delivery(new RetryRules(this.retryPolicy, this.backOffPolicy, this.retryListeners),
				linePacer, this.maxWait, this.timeout, this.scheduler,
				new CallMonitor(this.account, this.observationRegistry, this.observationConvention, this.meters,
						linePool, new AccountStatus(linePool, this.scheduler)));
		LeasedLinePool leasedLines = (refreshInterval != null) ? new LeasedLinePool(linePool,
				delivery.call(Operation.LINES, client::leasedLines), refreshInterval, this.scheduler) : null;
		SendDefaults defaults = new SendDefaults(
				(this.lineSelector != null) ? this.lineSelector : new StickyLineSelector(), linePool, leasedLines,
				fallbackOfAccount(), this.fastTrack);
		SendEventPublisher events = new SendEventPublisher(this.eventPublisher);
		SendPipeline sends = new SendPipeline(delivery, defaults::complete, interception(), client::send,
				events::publishElsewhere, this.bulkConcurrency, this.bulkCapacity);
		return new ReactiveImessageTemplate(client, delivery, linePool, defaults, sends,
				new Reconciler(delivery, client, linePool, this.timeout, this.settleTime, this.scheduler), events);
	}

	private @Nullable Interception interception() {
		Interception interception = null;
		for (int i = this.interceptors.size() - 1; i >= 0; i--) {
			interception = interception(this.interceptors.get(i), interception);
		}
		return interception;
	}

	private static Interception interception(SendInterceptor interceptor, @Nullable Interception next) {
		return (request, end) -> {
			SendInterceptor.Chain chain = (changed) -> {
				Assert.notNull(changed, "'request' must not be null");
				return (next != null) ? Mono.defer(() -> next.intercept(changed, end)) : end.apply(changed);
			};
			try {
				Mono<SendReceipt> receipt = interceptor.intercept(request, chain);
				Assert.state(receipt != null, "An interceptor returned null");
				return receipt;
			}
			catch (Throwable ex) {
				Exceptions.throwIfFatal(ex);
				return Mono.error(ex);
			}
		};
	}

	private Supplier<ContiguityConnector> connectorFactory() {
		ClientHttpConnectorBuilder<?> connectorBuilder = (this.connectorBuilder != null) ? this.connectorBuilder
				: ClientHttpConnectorBuilder.detect();
		ConnectionPool pool = (this.connectionPool != null) ? this.connectionPool : ConnectionPool.DEFAULT;
		Duration maxIdleTime = pool.maxIdleTime();
		// a transport without a pool setting may have its own pool
		boolean ownPool = this.connectionPool != null || this.connectorBuilder == null;
		HttpClientSettings settings = this.httpClientSettings;
		return () -> ContiguityConnector.create(connectorBuilder, settings, ownPool, pool.maxConnections(),
				pool.pendingAcquireTimeout(), (maxIdleTime != null) ? maxIdleTime : DEFAULT_MAX_IDLE_TIME);
	}

	/**
	 * The source of lines.
	 *
	 * @param from the only line, or {@code null}
	 * @param pool the configured lines, possibly empty
	 * @param leasedLinesRefreshInterval the interval between refreshes of leased lines,
	 * or {@code null} if they are not used
	 * @param inherited whether the lines come from the builder that was copied
	 */
	private record Lines(@Nullable String from, List<String> pool, @Nullable Duration leasedLinesRefreshInterval,
			boolean inherited) {

		static final Lines NONE = new Lines(null, List.of(), null, false);

		Lines asInherited() {
			return new Lines(this.from, this.pool, this.leasedLinesRefreshInterval, true);
		}

		Lines withFrom(String from) {
			return (this.inherited) ? NONE.withFrom(from)
					: new Lines(from, this.pool, this.leasedLinesRefreshInterval, false);
		}

		Lines withPool(List<String> pool) {
			return (this.inherited) ? NONE.withPool(pool)
					: new Lines(this.from, pool, this.leasedLinesRefreshInterval, false);
		}

		Lines withLeasedLines(Duration refreshInterval) {
			return (this.inherited) ? NONE.withLeasedLines(refreshInterval)
					: new Lines(this.from, this.pool, refreshInterval, false);
		}

		void check() {
			boolean from = this.from != null;
			boolean pool = !this.pool.isEmpty();
			boolean leased = this.leasedLinesRefreshInterval != null;
			Assert.state(!from || !pool, "'from' and 'lines' must not both be set");
			Assert.state(!from || !leased, "'from' and 'leasedLines' must not both be set");
			Assert.state(!pool || !leased, "'lines' and 'leasedLines' must not both be set");
		}

		List<String> numbers() {
			return (this.from != null) ? List.of(this.from) : this.pool;
		}

	}

	/**
	 * The pacing of sends.
	 *
	 * @param bucket the rate and burst of each line, or {@code null} if they are not set
	 * @param pacer the pacer; {@code null} to send immediately, or if it is not set
	 * @param pacerSet whether the pacer is set
	 * @param inherited whether the pacing comes from the builder that was copied
	 */
	private record Pacing(@Nullable Bucket bucket, @Nullable LinePacer pacer, boolean pacerSet, boolean inherited) {

		static final Pacing DEFAULT = new Pacing(null, null, false, false);

		Pacing asInherited() {
			return new Pacing(this.bucket, this.pacer, this.pacerSet, true);
		}

		Pacing withBucket(Bucket bucket) {
			return (this.inherited) ? DEFAULT.withBucket(bucket) : new Pacing(bucket, this.pacer, this.pacerSet, false);
		}

		Pacing withPacer(@Nullable LinePacer pacer) {
			return (this.inherited) ? DEFAULT.withPacer(pacer) : new Pacing(this.bucket, pacer, true, false);
		}

		void check() {
			Assert.state(this.bucket == null || !this.pacerSet, "'pacing' and 'linePacer' must not both be set");
		}

		@Nullable LinePacer pacer(Scheduler scheduler) {
			if (this.pacerSet) {
				return this.pacer;
			}
			Bucket bucket = (this.bucket != null) ? this.bucket : Bucket.DEFAULT;
			return new TokenBucketLinePacer(bucket.rate(), bucket.burst(), scheduler);
		}

	}

	/**
	 * The rate of a line.
	 *
	 * @param rate how many messages per second it can send continuously
	 * @param burst how many messages it can send at once
	 */
	private record Bucket(double rate, int burst) {

		static final Bucket DEFAULT = new Bucket(1, 5);

	}

}

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

import com.contiguity.spring.Operation;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.internal.client.ContiguityClient;
import com.contiguity.spring.internal.client.ContiguityConnector;
import com.contiguity.spring.internal.delivery.AccountStatus;
import com.contiguity.spring.internal.delivery.CallMonitor;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.delivery.FullJitterBackOffPolicy;
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
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Builds {@link ImessageTemplate}s and {@link ReactiveImessageTemplate}s. One that is
 * injected starts with the application's settings, so that a second account is only
 * another token:
 *
 * <pre class="code">
 * &#064;Bean(defaultCandidate = false)
 * &#064;Qualifier("marketing")
 * ImessageTemplate marketing(ImessageTemplateBuilder builder, &#064;Value("${marketing.token}") String token) {
 *     return builder.token(token).build();
 * }</pre>
 * <p>
 * Not thread-safe; each injection point gets a builder of its own.
 *
 * @since 0.1.0
 */
public final class ImessageTemplateBuilder {

	private static final Log logger = LogFactory.getLog(ImessageTemplateBuilder.class);

	private static final String DEFAULT_BASE_URL = "https://api.contiguity.com";

	/** Below what networks that drop idle connections silently allow: minutes. */
	private static final Duration DEFAULT_MAX_IDLE_TIME = Duration.ofSeconds(30);

	private static final String TOKEN_PREFIX = "contiguity_sk_";

	private WebClient.Builder webClientBuilder = WebClient.builder();

	private @Nullable ClientHttpConnectorBuilder<?> connectorBuilder;

	private HttpClientSettings httpClientSettings = HttpClientSettings.defaults()
		.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20));

	private ConnectionPool connectionPool = ConnectionPool.DEFAULT;

	private String baseUrl = DEFAULT_BASE_URL;

	private @Nullable Supplier<String> token;

	private AuthorizationScheme authorizationScheme = AuthorizationScheme.TOKEN;

	private List<String> lines = List.of();

	private @Nullable LineSelector lineSelector;

	private @Nullable Duration leasedLinesRefreshInterval;

	private @Nullable Fallback fallback;

	private @Nullable Boolean fastTrack;

	private Duration timeout = Duration.ofSeconds(30);

	private RetryPolicy retryPolicy = new MaxAttemptsRetryPolicy(3);

	private BackOffPolicy backOffPolicy = new FullJitterBackOffPolicy(Duration.ofMillis(200), 2,
			Duration.ofSeconds(10));

	private List<RetryListener> retryListeners = new ArrayList<>();

	private Supplier<? extends @Nullable LinePacer> linePacer = () -> new TokenBucketLinePacer(1, 5, this.scheduler);

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
	 * Set the token.
	 * @param token the token, {@code contiguity_sk_…}
	 * @return this builder
	 * @throws IllegalArgumentException if it is empty
	 */
	public ImessageTemplateBuilder token(String token) {
		Assert.hasText(token, "'token' must not be empty");
		if (!token.startsWith(TOKEN_PREFIX)) {
			logger.warn("The Contiguity token does not start with '" + TOKEN_PREFIX + "': is it the right one?");
		}
		return token(() -> token);
	}

	/**
	 * Set where the token comes from. It is asked for once for each attempt, so that it
	 * can be exchanged while the application runs.
	 * @param token gives the token; must not block
	 * @return this builder
	 */
	public ImessageTemplateBuilder token(Supplier<String> token) {
		Assert.notNull(token, "'token' must not be null");
		this.token = token;
		return this;
	}

	/**
	 * Set where the API is.
	 * @param baseUrl an {@code http} or {@code https} URL
	 * @return this builder
	 * @throws IllegalArgumentException if it is empty
	 */
	public ImessageTemplateBuilder baseUrl(String baseUrl) {
		Assert.hasText(baseUrl, "'baseUrl' must not be empty");
		this.baseUrl = StringUtils.trimTrailingCharacter(baseUrl, '/');
		return this;
	}

	/**
	 * Set how the token is named in the {@code Authorization} header.
	 * @param authorizationScheme the scheme
	 * @return this builder
	 */
	public ImessageTemplateBuilder authorizationScheme(AuthorizationScheme authorizationScheme) {
		this.authorizationScheme = authorizationScheme;
		return this;
	}

	/**
	 * Set the builder of the {@link WebClient} underneath. It is cloned; its connector,
	 * base URL and codecs are not used.
	 * @param webClientBuilder the builder
	 * @return this builder
	 */
	public ImessageTemplateBuilder webClientBuilder(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = webClientBuilder;
		return this;
	}

	/**
	 * Set the transport.
	 * @param connectorBuilder builds the connector
	 * @param settings time-outs and SSL; redirects are never followed, whatever they say
	 * @return this builder
	 */
	public ImessageTemplateBuilder transport(ClientHttpConnectorBuilder<?> connectorBuilder,
			HttpClientSettings settings) {
		this.connectorBuilder = connectorBuilder;
		this.httpClientSettings = settings;
		return this;
	}

	/**
	 * Set the pool of connections.
	 * @param connectionPool the pool
	 * @return this builder
	 */
	public ImessageTemplateBuilder connectionPool(ConnectionPool connectionPool) {
		this.connectionPool = connectionPool;
		return this;
	}

	/**
	 * Set the only line, for messages whose request names none.
	 * @param line the line's number in E.164 format
	 * @return this builder
	 * @throws IllegalArgumentException if it is not in E.164 format
	 */
	public ImessageTemplateBuilder from(String line) {
		return lines(List.of(Require.line("from", line)));
	}

	/**
	 * Set the pool of lines, for messages whose request names none. A recipient always
	 * gets the same line of the pool.
	 * @param lines the lines' numbers in E.164 format; none leaves the choice to
	 * Contiguity, which chooses at random
	 * @return this builder
	 * @throws IllegalArgumentException if one is not in E.164 format
	 */
	public ImessageTemplateBuilder lines(List<String> lines) {
		List<String> pool = List.copyOf(lines);
		for (int i = 0; i < pool.size(); i++) {
			Require.line("lines[" + i + "]", pool.get(i));
		}
		this.lines = pool;
		this.leasedLinesRefreshInterval = null;
		return this;
	}

	/**
	 * Set what selects the line for messages whose request names none. It selects from
	 * {@link #lines(List)} or {@link #leasedLines(Duration)}, if any.
	 * @param lineSelector selects a line
	 * @return this builder
	 */
	public ImessageTemplateBuilder lineSelector(LineSelector lineSelector) {
		this.lineSelector = lineSelector;
		return this;
	}

	/**
	 * Use the lines that the account leases as the pool, for messages whose request names
	 * none. They are read when they are first needed.
	 * @param refreshInterval the time between two readings
	 * @return this builder
	 */
	public ImessageTemplateBuilder leasedLines(Duration refreshInterval) {
		Assert.isTrue(refreshInterval.toNanos() > 0, "'refreshInterval' must be positive");
		this.leasedLinesRefreshInterval = refreshInterval;
		return this;
	}

	/**
	 * Set the fallback of messages whose request has none.
	 * @param fallback the fallback, or {@code null} for none
	 * @return this builder
	 */
	public ImessageTemplateBuilder fallback(@Nullable Fallback fallback) {
		this.fallback = fallback;
		return this;
	}

	/**
	 * Set whether messages whose request does not say pass by their line's rate.
	 * @param fastTrack whether they do, or {@code null} to leave it to the API
	 * @return this builder
	 */
	public ImessageTemplateBuilder fastTrack(@Nullable Boolean fastTrack) {
		this.fastTrack = fastTrack;
		return this;
	}

	/**
	 * Set how long a whole call takes at most: waits, attempts and retries.
	 * @param timeout the time; 30 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder timeout(Duration timeout) {
		Assert.isTrue(timeout.toNanos() > 0, "'timeout' must be positive");
		this.timeout = timeout;
		return this;
	}

	/**
	 * Set what decides whether there is another attempt. It is asked only about failures
	 * after which the message was certainly not taken.
	 * @param retryPolicy the policy; two retries if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder retryPolicy(RetryPolicy retryPolicy) {
		this.retryPolicy = retryPolicy;
		return this;
	}

	/**
	 * Set what decides how long to wait for the next attempt, where the API does not say.
	 * @param backOffPolicy the policy, a
	 * {@link org.springframework.retry.backoff.SleepingBackOffPolicy}, which is not let
	 * sleep, or a {@link org.springframework.retry.backoff.NoBackOffPolicy}; with full
	 * jitter from 200 milliseconds on, doubled up to 10 seconds, if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder backOffPolicy(BackOffPolicy backOffPolicy) {
		this.backOffPolicy = backOffPolicy;
		return this;
	}

	/**
	 * Set who is told of attempts.
	 * @param retryListeners the listeners
	 * @return this builder
	 */
	public ImessageTemplateBuilder retryListeners(List<? extends RetryListener> retryListeners) {
		this.retryListeners = new ArrayList<>(retryListeners);
		return this;
	}

	/**
	 * Hold sends back so that each line keeps to a rate, within this process.
	 * @param rate how many messages a line sends in a second, sustained; 1 if not set
	 * @param burst how many messages a rested line sends at once; 5 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder pacing(double rate, int burst) {
		this.linePacer = () -> new TokenBucketLinePacer(rate, burst, this.scheduler);
		return this;
	}

	/**
	 * Set what holds sends back so that each line keeps to its rate.
	 * @param linePacer the pacer, or {@code null} to send at once
	 * @return this builder
	 */
	public ImessageTemplateBuilder linePacer(@Nullable LinePacer linePacer) {
		this.linePacer = () -> linePacer;
		return this;
	}

	/**
	 * Set how long a single send waits for its line at most.
	 * @param maxWait the time; 10 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder maxWait(Duration maxWait) {
		this.maxWait = maxWait;
		return this;
	}

	/**
	 * Set how many messages of a {@code sendAll} are on the wire at a time at most.
	 * @param bulkConcurrency the number; 256 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder bulkConcurrency(int bulkConcurrency) {
		Assert.isTrue(bulkConcurrency > 0, "'bulkConcurrency' must be positive");
		this.bulkConcurrency = bulkConcurrency;
		return this;
	}

	/**
	 * Set how many messages of a {@code sendAll} are taken ahead and wait for their line
	 * at most. Beyond that the source is not asked for more.
	 * @param bulkCapacity the number; 10,000 if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder bulkCapacity(int bulkCapacity) {
		Assert.isTrue(bulkCapacity > 0, "'bulkCapacity' must be positive");
		this.bulkCapacity = bulkCapacity;
		return this;
	}

	/**
	 * Set how long after its attempt a message that is not in the history may still come.
	 * @param settleTime the time; 30 seconds if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder settleTime(Duration settleTime) {
		this.settleTime = settleTime;
		return this;
	}

	/**
	 * Set who is told how sends ended.
	 * @param eventPublisher publishes the events, or {@code null} if nobody is
	 * @return this builder
	 */
	public ImessageTemplateBuilder eventPublisher(@Nullable ApplicationEventPublisher eventPublisher) {
		this.eventPublisher = eventPublisher;
		return this;
	}

	/**
	 * Set where calls are observed.
	 * @param observationRegistry the registry; none if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder observationRegistry(ObservationRegistry observationRegistry) {
		this.observationRegistry = observationRegistry;
		return this;
	}

	/**
	 * Set what names the observation of calls.
	 * @param observationConvention the convention, or {@code null} for the default
	 * @return this builder
	 */
	public ImessageTemplateBuilder observationConvention(
			@Nullable ImessageObservationConvention observationConvention) {
		this.observationConvention = observationConvention;
		return this;
	}

	/**
	 * Set what measures beside the observation of calls.
	 * @param meters the meters; none if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder meters(ContiguityMeters meters) {
		this.meters = meters;
		return this;
	}

	/**
	 * Set what gives the time and ends waits. For tests with a virtual time.
	 * @param scheduler the scheduler; Reactor's parallel one if not set
	 * @return this builder
	 */
	public ImessageTemplateBuilder scheduler(Scheduler scheduler) {
		this.scheduler = scheduler;
		return this;
	}

	/**
	 * Build a template that blocks.
	 * @return the template
	 * @throws IllegalStateException if there is no token
	 */
	public ImessageTemplate build() {
		return new ImessageTemplate(buildReactive());
	}

	/**
	 * Build a template that does not block.
	 * @return the template
	 * @throws IllegalStateException if there is no token
	 */
	public ReactiveImessageTemplate buildReactive() {
		Supplier<String> token = this.token;
		Assert.state(token != null, "'token' must be set");
		LinePacer linePacer = this.linePacer.get();
		if (linePacer != null && this.lines.isEmpty() && this.lineSelector == null
				&& this.leasedLinesRefreshInterval == null) {
			logger.warn("No line is configured: messages whose request names none go out on a random line, and are not "
					+ "paced. Set 'contiguity.from', 'contiguity.lines' or 'contiguity.leased-lines.enabled'.");
		}
		ContiguityClient client = new ContiguityClient(this.webClientBuilder, connector(), this.baseUrl, token,
				this.authorizationScheme::headerValue);
		LinePool linePool = new LinePool((this.leasedLinesRefreshInterval != null) ? List.of() : this.lines);
		Delivery delivery = new Delivery(new RetryRules(this.retryPolicy, this.backOffPolicy, this.retryListeners),
				linePacer, this.maxWait, this.timeout, this.scheduler,
				new CallMonitor(this.observationRegistry, this.observationConvention, this.meters, linePool,
						new AccountStatus(linePool, this.scheduler)));
		LeasedLinePool leasedLines = (this.leasedLinesRefreshInterval != null) ? new LeasedLinePool(linePool,
				delivery.call(Operation.LINES, client::leasedLines), this.leasedLinesRefreshInterval, this.scheduler)
				: null;
		SendDefaults defaults = new SendDefaults(
				(this.lineSelector != null) ? this.lineSelector : new StickyLineSelector(), linePool, leasedLines,
				this.fallback, this.fastTrack);
		SendEventPublisher events = new SendEventPublisher(this.eventPublisher);
		// interceptors go where null is
		SendPipeline sends = new SendPipeline(delivery, defaults::complete, null, client::send,
				events::publishElsewhere, this.bulkConcurrency, this.bulkCapacity);
		return new ReactiveImessageTemplate(client, delivery, linePool, defaults, sends,
				new Reconciler(delivery, client, linePool, this.timeout, this.settleTime, this.scheduler), events);
	}

	private ContiguityConnector connector() {
		ClientHttpConnectorBuilder<?> connectorBuilder = (this.connectorBuilder != null) ? this.connectorBuilder
				: ClientHttpConnectorBuilder.detect();
		Duration maxIdleTime = this.connectionPool.maxIdleTime();
		return ContiguityConnector.create(connectorBuilder, this.httpClientSettings,
				this.connectionPool.maxConnections(), this.connectionPool.pendingAcquireTimeout(),
				(maxIdleTime != null) ? maxIdleTime : DEFAULT_MAX_IDLE_TIME);
	}

}

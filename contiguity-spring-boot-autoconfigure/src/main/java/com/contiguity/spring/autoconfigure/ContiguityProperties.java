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

package com.contiguity.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.core.AuthorizationScheme;
import com.contiguity.spring.imessage.FallbackCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for Contiguity.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("contiguity")
public class ContiguityProperties {

	/**
	 * Token of the Contiguity account. Without it, no templates are configured.
	 */
	private @Nullable String token;

	/**
	 * Token of the Contiguity account, under the name that Contiguity's own SDK uses.
	 * Takes precedence over 'contiguity.token'.
	 */
	private @Nullable String apiKey;

	/**
	 * Base URL of the Contiguity API.
	 */
	private String baseUrl = "https://api.contiguity.com";

	/**
	 * Scheme of the 'Authorization' header.
	 */
	private AuthorizationScheme authorizationScheme = AuthorizationScheme.TOKEN;

	/**
	 * Line that sends messages, in E.164 format. Mutually exclusive with
	 * 'contiguity.lines'.
	 */
	private @Nullable String from;

	/**
	 * Comma-separated list of lines that send messages, in E.164 format. A recipient
	 * always gets messages from the same line.
	 */
	private List<String> lines = new ArrayList<>();

	/**
	 * Whether messages bypass their line's rate limit. Requires that Contiguity's Fast
	 * Track Terms are accepted.
	 */
	private @Nullable Boolean fastTrack;

	/**
	 * Maximum duration of a whole call, including waits and retries.
	 */
	private Duration timeout = Duration.ofSeconds(30);

	private final LeasedLines leasedLines = new LeasedLines();

	private final Fallback fallback = new Fallback();

	private final Http http = new Http();

	private final Retry retry = new Retry();

	private final Pacing pacing = new Pacing();

	private final Reconcile reconcile = new Reconcile();

	private final Health health = new Health();

	private final Webhook webhook = new Webhook();

	public @Nullable String getToken() {
		return this.token;
	}

	public void setToken(@Nullable String token) {
		this.token = token;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public AuthorizationScheme getAuthorizationScheme() {
		return this.authorizationScheme;
	}

	public void setAuthorizationScheme(AuthorizationScheme authorizationScheme) {
		this.authorizationScheme = authorizationScheme;
	}

	public @Nullable String getFrom() {
		return this.from;
	}

	public void setFrom(@Nullable String from) {
		this.from = from;
	}

	public List<String> getLines() {
		return this.lines;
	}

	public void setLines(List<String> lines) {
		this.lines = lines;
	}

	public @Nullable Boolean getFastTrack() {
		return this.fastTrack;
	}

	public void setFastTrack(@Nullable Boolean fastTrack) {
		this.fastTrack = fastTrack;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public LeasedLines getLeasedLines() {
		return this.leasedLines;
	}

	public Fallback getFallback() {
		return this.fallback;
	}

	public Http getHttp() {
		return this.http;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public Pacing getPacing() {
		return this.pacing;
	}

	public Reconcile getReconcile() {
		return this.reconcile;
	}

	public Health getHealth() {
		return this.health;
	}

	public Webhook getWebhook() {
		return this.webhook;
	}

	/**
	 * Receiving webhooks.
	 */
	public static class Webhook {

		/**
		 * Comma-separated list of secrets of the webhook, each as Contiguity's console
		 * shows it ('whsec_' included). A signature made with any of them is valid.
		 * Without a secret, webhooks are not received.
		 */
		private List<String> secrets = new ArrayList<>();

		/**
		 * Path of the webhook endpoint, relative to the context path.
		 */
		private String path = "/contiguity/webhook";

		/**
		 * Maximum difference between the time of a signature and now.
		 */
		private Duration tolerance = Duration.ofMinutes(5);

		/**
		 * Maximum size of the body of a webhook.
		 */
		private DataSize maxSize = DataSize.ofKilobytes(256);

		/**
		 * Maximum number of events that wait for listeners or are being handled. Further
		 * events are rejected with 503.
		 */
		private int queueCapacity = 10_000;

		/**
		 * How long to remember handled events in order to detect duplicates.
		 */
		private Duration eventWindow = Duration.ofHours(24);

		/**
		 * Where to remember events. The value 'jdbc' requires
		 * contiguity-spring-boot-starter-outbox. Events are then stored in the database
		 * until they are handled, by another instance if the first one crashes.
		 */
		private Store store = Store.LOCAL;

		public Store getStore() {
			return this.store;
		}

		public void setStore(Store store) {
			this.store = store;
		}

		public List<String> getSecrets() {
			return this.secrets;
		}

		public void setSecrets(List<String> secrets) {
			this.secrets = secrets;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

		public Duration getTolerance() {
			return this.tolerance;
		}

		public void setTolerance(Duration tolerance) {
			this.tolerance = tolerance;
		}

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public int getQueueCapacity() {
			return this.queueCapacity;
		}

		public void setQueueCapacity(int queueCapacity) {
			this.queueCapacity = queueCapacity;
		}

		public Duration getEventWindow() {
			return this.eventWindow;
		}

		public void setEventWindow(Duration eventWindow) {
			this.eventWindow = eventWindow;
		}

		/**
		 * Store of handled events.
		 */
		public enum Store {

			/**
			 * In the memory of this instance.
			 */
			LOCAL,

			/**
			 * In a database that all instances share.
			 */
			JDBC

		}

	}

	/**
	 * Health of the account.
	 */
	public static class Health {

		/**
		 * Minimum interval between account probes, however often health is polled. After
		 * a failed probe, the next one comes sooner.
		 */
		private Duration probeInterval = Duration.ofMinutes(5);

		public Duration getProbeInterval() {
			return this.probeInterval;
		}

		public void setProbeInterval(Duration probeInterval) {
			this.probeInterval = probeInterval;
		}

	}

	/**
	 * Lines leased by the account.
	 */
	public static class LeasedLines {

		/**
		 * Whether to send from all lines leased by the account, instead of
		 * 'contiguity.from' or 'contiguity.lines'.
		 */
		private boolean enabled;

		/**
		 * How often to refresh the leased lines.
		 */
		private Duration refreshInterval = Duration.ofMinutes(10);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getRefreshInterval() {
			return this.refreshInterval;
		}

		public void setRefreshInterval(Duration refreshInterval) {
			this.refreshInterval = refreshInterval;
		}

	}

	/**
	 * Fallback to SMS or RCS.
	 */
	public static class Fallback {

		/**
		 * Comma-separated list of conditions under which to send an SMS or RCS instead.
		 */
		private Set<FallbackCondition> when = EnumSet.noneOf(FallbackCondition.class);

		/**
		 * Line that sends the SMS or RCS, in E.164 format. If not set, Contiguity
		 * chooses.
		 */
		private @Nullable String from;

		public Set<FallbackCondition> getWhen() {
			return this.when;
		}

		public void setWhen(Set<FallbackCondition> when) {
			this.when = when;
		}

		public @Nullable String getFrom() {
			return this.from;
		}

		public void setFrom(@Nullable String from) {
			this.from = from;
		}

	}

	/**
	 * Connection to the API.
	 */
	public static class Http {

		/**
		 * Connect timeout. Takes precedence over 'spring.http.clients.connect-timeout'.
		 */
		private @Nullable Duration connectTimeout;

		/**
		 * Read timeout. Takes precedence over 'spring.http.clients.read-timeout'.
		 */
		private @Nullable Duration readTimeout;

		/**
		 * Maximum number of connections. Reactor Netty only.
		 */
		private @Nullable Integer maxConnections;

		/**
		 * Maximum wait for a free connection. Reactor Netty only.
		 */
		private @Nullable Duration pendingAcquireTimeout;

		/**
		 * How long an unused connection stays open. Networks drop idle connections
		 * silently, and a message sent on one of them has an unknown outcome.
		 */
		private Duration maxIdleTime = Duration.ofSeconds(30);

		private final Ssl ssl = new Ssl();

		public @Nullable Duration getConnectTimeout() {
			return this.connectTimeout;
		}

		public void setConnectTimeout(@Nullable Duration connectTimeout) {
			this.connectTimeout = connectTimeout;
		}

		public @Nullable Duration getReadTimeout() {
			return this.readTimeout;
		}

		public void setReadTimeout(@Nullable Duration readTimeout) {
			this.readTimeout = readTimeout;
		}

		public @Nullable Integer getMaxConnections() {
			return this.maxConnections;
		}

		public void setMaxConnections(@Nullable Integer maxConnections) {
			this.maxConnections = maxConnections;
		}

		public @Nullable Duration getPendingAcquireTimeout() {
			return this.pendingAcquireTimeout;
		}

		public void setPendingAcquireTimeout(@Nullable Duration pendingAcquireTimeout) {
			this.pendingAcquireTimeout = pendingAcquireTimeout;
		}

		public Duration getMaxIdleTime() {
			return this.maxIdleTime;
		}

		public void setMaxIdleTime(Duration maxIdleTime) {
			this.maxIdleTime = maxIdleTime;
		}

		public Ssl getSsl() {
			return this.ssl;
		}

		/**
		 * SSL.
		 */
		public static class Ssl {

			/**
			 * Name of the SSL bundle to use.
			 */
			private @Nullable String bundle;

			public @Nullable String getBundle() {
				return this.bundle;
			}

			public void setBundle(@Nullable String bundle) {
				this.bundle = bundle;
			}

		}

	}

	/**
	 * Retries of calls that the API did not accept.
	 */
	public static class Retry {

		/**
		 * Whether to retry calls that the API did not accept.
		 */
		private boolean enabled = true;

		/**
		 * Maximum number of retries.
		 */
		private int maxRetries = 2;

		/**
		 * Maximum of the first back-off interval. Each interval is random, up to its
		 * maximum.
		 */
		private Duration initialInterval = Duration.ofMillis(200);

		/**
		 * Factor by which the maximum of the back-off interval grows.
		 */
		private double multiplier = 2;

		/**
		 * Maximum back-off interval.
		 */
		private Duration maxInterval = Duration.ofSeconds(10);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public int getMaxRetries() {
			return this.maxRetries;
		}

		public void setMaxRetries(int maxRetries) {
			this.maxRetries = maxRetries;
		}

		public Duration getInitialInterval() {
			return this.initialInterval;
		}

		public void setInitialInterval(Duration initialInterval) {
			this.initialInterval = initialInterval;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(Duration maxInterval) {
			this.maxInterval = maxInterval;
		}

	}

	/**
	 * Reconciliation of sends with an unknown outcome.
	 */
	public static class Reconcile {

		/**
		 * How long after a send its message may still appear in the history.
		 */
		private Duration settleTime = Duration.ofSeconds(30);

		public Duration getSettleTime() {
			return this.settleTime;
		}

		public void setSettleTime(Duration settleTime) {
			this.settleTime = settleTime;
		}

	}

	/**
	 * Pacing of lines.
	 */
	public static class Pacing {

		/**
		 * Whether to delay sends so that each line keeps to its rate.
		 */
		private boolean enabled = true;

		/**
		 * Sustained rate of a line, in messages a second.
		 */
		private double rate = 1;

		/**
		 * Maximum number of messages that an idle line sends at once.
		 */
		private int burst = 5;

		/**
		 * Maximum time that a single send waits for its line.
		 */
		private Duration maxWait = Duration.ofSeconds(10);

		/**
		 * Where the state of the pacing is kept. With 'jdbc' or 'redis', all instances
		 * share the rate of a line. The value 'jdbc' requires
		 * contiguity-spring-boot-starter-outbox and PostgreSQL. The value 'redis'
		 * requires contiguity-spring-boot-outbox, bucket4j_jdk17-lettuce and
		 * spring-boot-starter-data-redis.
		 */
		private Store store = Store.LOCAL;

		public Store getStore() {
			return this.store;
		}

		public void setStore(Store store) {
			this.store = store;
		}

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public double getRate() {
			return this.rate;
		}

		public void setRate(double rate) {
			this.rate = rate;
		}

		public int getBurst() {
			return this.burst;
		}

		public void setBurst(int burst) {
			this.burst = burst;
		}

		public Duration getMaxWait() {
			return this.maxWait;
		}

		public void setMaxWait(Duration maxWait) {
			this.maxWait = maxWait;
		}

		/**
		 * Store of the pacing state.
		 */
		public enum Store {

			/**
			 * In the memory of this instance.
			 */
			LOCAL,

			/**
			 * In a PostgreSQL database that all instances share.
			 */
			JDBC,

			/**
			 * In a Redis that all instances share.
			 */
			REDIS

		}

	}

}

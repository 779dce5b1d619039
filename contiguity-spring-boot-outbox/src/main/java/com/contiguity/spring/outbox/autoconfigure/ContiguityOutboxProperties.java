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

package com.contiguity.spring.outbox.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.contiguity.spring.internal.outbox.OutboxSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Properties of the outbox.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("contiguity.outbox")
public class ContiguityOutboxProperties {

	/**
	 * Whether to enable the outbox.
	 */
	private boolean enabled = true;

	/**
	 * How long an entry without an expiry of its own may wait, counted from when it may
	 * be sent.
	 */
	private Duration maxAge = Duration.ofHours(10);

	/**
	 * Maximum number of waiting entries. Further entries are rejected.
	 */
	private int maxPending = 100_000;

	/**
	 * Whether to hold or to continue with later messages of a conversation while the
	 * outcome of a message is unknown.
	 */
	private AfterUnknown afterUnknown = AfterUnknown.HOLD;

	/**
	 * Whether to send a message again if the history shows that it was not sent.
	 * Otherwise a person decides.
	 */
	private boolean resendWhenNotSent = true;

	/**
	 * Key of the hashes of numbers and texts. If not set, a key is generated and kept in
	 * the database.
	 */
	private @Nullable String hashKey;

	private final Worker worker = new Worker();

	private final Reconcile reconcile = new Reconcile();

	private final Retention retention = new Retention();

	private final Content content = new Content();

	private final Jdbc jdbc = new Jdbc();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getMaxAge() {
		return this.maxAge;
	}

	public void setMaxAge(Duration maxAge) {
		this.maxAge = maxAge;
	}

	public int getMaxPending() {
		return this.maxPending;
	}

	public void setMaxPending(int maxPending) {
		this.maxPending = maxPending;
	}

	public AfterUnknown getAfterUnknown() {
		return this.afterUnknown;
	}

	public void setAfterUnknown(AfterUnknown afterUnknown) {
		this.afterUnknown = afterUnknown;
	}

	public boolean isResendWhenNotSent() {
		return this.resendWhenNotSent;
	}

	public void setResendWhenNotSent(boolean resendWhenNotSent) {
		this.resendWhenNotSent = resendWhenNotSent;
	}

	public @Nullable String getHashKey() {
		return this.hashKey;
	}

	// all instances must hash in the same way, wherever they read the key from
	@Nullable String hashKey() {
		if (this.hashKey == null) {
			return null;
		}
		String stripped = this.hashKey.strip();
		if (stripped.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException("contiguity.outbox.hash-key", "",
					"It must not be empty. Remove the property to use a key that is kept in the database.");
		}
		return stripped;
	}

	public void setHashKey(@Nullable String hashKey) {
		this.hashKey = hashKey;
	}

	public Worker getWorker() {
		return this.worker;
	}

	public Reconcile getReconcile() {
		return this.reconcile;
	}

	public Retention getRetention() {
		return this.retention;
	}

	public Content getContent() {
		return this.content;
	}

	public Jdbc getJdbc() {
		return this.jdbc;
	}

	/**
	 * Sending.
	 */
	public static class Worker {

		/**
		 * Whether this instance sends messages. Otherwise it only enqueues them.
		 */
		private boolean enabled = true;

		/**
		 * How often to poll for entries without a notification.
		 */
		private Duration pollInterval = Duration.ofSeconds(2);

		/**
		 * Maximum number of lines that this instance works on at the same time.
		 */
		private int threads = 10;

		/**
		 * Maximum number of messages of a line that are sent at the same time.
		 */
		private int concurrencyPerLine = 5;

		/**
		 * Interval between heartbeats. After four missing heartbeats, an instance is
		 * considered dead.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(5);

		/**
		 * Maximum time between marking a message and writing its request.
		 */
		private Duration sendWindow = Duration.ofSeconds(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

		public int getThreads() {
			return this.threads;
		}

		public void setThreads(int threads) {
			this.threads = threads;
		}

		public int getConcurrencyPerLine() {
			return this.concurrencyPerLine;
		}

		public void setConcurrencyPerLine(int concurrencyPerLine) {
			this.concurrencyPerLine = concurrencyPerLine;
		}

		public Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

		Duration determineDeadAfter() {
			return OutboxSettings.deadAfter(this.heartbeatInterval);
		}

		public Duration getSendWindow() {
			return this.sendWindow;
		}

		public void setSendWindow(Duration sendWindow) {
			this.sendWindow = sendWindow;
		}

	}

	/**
	 * Reconciliation of sends with an unknown outcome.
	 */
	public static class Reconcile {

		/**
		 * How long after a send its message may still appear in the history.
		 */
		private Duration settleTime = Duration.ofMinutes(2);

		/**
		 * How long to try to settle an unknown outcome. Afterwards a person decides.
		 */
		private Duration giveUpAfter = Duration.ofMinutes(15);

		public Duration getSettleTime() {
			return this.settleTime;
		}

		public void setSettleTime(Duration settleTime) {
			this.settleTime = settleTime;
		}

		public Duration getGiveUpAfter() {
			return this.giveUpAfter;
		}

		public void setGiveUpAfter(Duration giveUpAfter) {
			this.giveUpAfter = giveUpAfter;
		}

	}

	/**
	 * Retention of entries.
	 */
	public static class Retention {

		/**
		 * How long to keep settled entries and their keys.
		 */
		private Duration settled = Duration.ofDays(30);

		/**
		 * How long to keep numbers and texts of settled entries.
		 */
		private Duration content = Duration.ZERO;

		public Duration getSettled() {
			return this.settled;
		}

		public void setSettled(Duration settled) {
			this.settled = settled;
		}

		public Duration getContent() {
			return this.content;
		}

		public void setContent(Duration content) {
			this.content = content;
		}

	}

	/**
	 * Encryption of numbers and texts.
	 */
	public static class Content {

		/**
		 * Comma-separated list of AES keys in Base64. The first key encrypts. All keys
		 * decrypt.
		 */
		private List<String> key = new ArrayList<>();

		public List<String> getKey() {
			return this.key;
		}

		public void setKey(List<String> key) {
			this.key = key;
		}

	}

	/**
	 * Tables.
	 */
	public static class Jdbc extends DatabaseInitializationProperties {

		private static final String DEFAULT_SCHEMA_LOCATION = "classpath:META-INF/contiguity/outbox/schema-@@platform@@.sql";

		/**
		 * Prefix of the names of all tables. Another prefix requires a custom script.
		 */
		private String tablePrefix = "CONTIGUITY_";

		public String getTablePrefix() {
			return this.tablePrefix;
		}

		public void setTablePrefix(String tablePrefix) {
			this.tablePrefix = tablePrefix;
		}

		@Override
		public String getDefaultSchemaLocation() {
			return DEFAULT_SCHEMA_LOCATION;
		}

	}

	/**
	 * Handling of later messages of a conversation while the outcome of a message is
	 * unknown.
	 */
	public enum AfterUnknown {

		/**
		 * Later messages wait.
		 */
		HOLD,

		/**
		 * Later messages are sent.
		 */
		CONTINUE

	}

}

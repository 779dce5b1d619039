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
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Properties of the outbox.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("contiguity.outbox")
public class ContiguityOutboxProperties {

	/**
	 * Whether there is an outbox.
	 */
	private boolean enabled = true;

	/**
	 * Time after which an entry that names no other expires, counted from when it may be
	 * sent.
	 */
	private Duration maxAge = Duration.ofHours(10);

	/**
	 * Number of waiting entries from which on no more are taken.
	 */
	private int maxPending = 100_000;

	/**
	 * What becomes of the messages of a conversation while the outcome of an earlier one
	 * is unknown.
	 */
	private AfterUnknown afterUnknown = AfterUnknown.HOLD;

	/**
	 * Whether to send again what a history shows was not sent. Otherwise a person
	 * decides.
	 */
	private boolean resendWhenNotSent = true;

	/**
	 * Key of the hashes of numbers and texts. Generated and kept in the database if not
	 * set.
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
		 * Whether this instance sends. Otherwise it only enqueues.
		 */
		private boolean enabled = true;

		/**
		 * Interval between looks for entries that no instance was told of.
		 */
		private Duration pollInterval = Duration.ofSeconds(2);

		/**
		 * Number of lines that this instance works on at a time.
		 */
		private int threads = 10;

		/**
		 * Number of messages of a line that are on their way at a time.
		 */
		private int concurrencyPerLine = 5;

		/**
		 * Interval between signs of life. After four that are missing an instance is
		 * dead.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(5);

		/**
		 * Time in which a message that was marked must be written.
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
	 * What becomes of messages of unknown outcome.
	 */
	public static class Reconcile {

		/**
		 * Time after which what is not in a history was not sent.
		 */
		private Duration settleTime = Duration.ofMinutes(2);

		/**
		 * Time after which a person has to decide.
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
	 * How long entries are kept.
	 */
	public static class Retention {

		/**
		 * Time for which settled entries, and so their keys, are kept.
		 */
		private Duration settled = Duration.ofDays(30);

		/**
		 * Time for which numbers and texts of settled entries are kept.
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
		 * AES keys in Base64. The first one encrypts, all of them decrypt.
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
		 * What the names of all tables start with. Another one needs a schema of its own.
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
	 * What becomes of a conversation while the outcome of a message is unknown.
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

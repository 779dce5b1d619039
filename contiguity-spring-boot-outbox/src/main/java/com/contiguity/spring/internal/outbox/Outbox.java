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

package com.contiguity.spring.internal.outbox;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.sql.DataSource;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxContentCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * The outbox and its parts.
 */
public final class Outbox {

	private final OutboxRepository repository;

	private final ReactiveImessageTemplate template;

	private final Messages messages;

	private final AccountPause pause;

	private final OutboxCounters counters = new OutboxCounters();

	private final OutboxFigures figures;

	private final JdbcImessageOutbox operations;

	private final OutboxWorker worker;

	/**
	 * Create an outbox.
	 * @param dataSource the database
	 * @param tablePrefix the prefix of all table names
	 * @param hashKey the key of the hashes, or {@code null} to use a key that is kept in
	 * the database
	 * @param settings the settings
	 * @param template the template that sends
	 * @param codec the codec of stored messages, or {@code null}
	 * @param publisher the publisher of change events
	 */
	public Outbox(DataSource dataSource, String tablePrefix, @Nullable String hashKey, OutboxSettings settings,
			ReactiveImessageTemplate template, @Nullable OutboxContentCodec codec,
			ApplicationEventPublisher publisher) {
		this(dataSource, tablePrefix, hashKey, settings, template, codec, publisher, new AccountPause());
	}

	Outbox(DataSource dataSource, String tablePrefix, @Nullable String hashKey, OutboxSettings settings,
			ReactiveImessageTemplate template, @Nullable OutboxContentCodec codec, ApplicationEventPublisher publisher,
			AccountPause pause) {
		this.pause = pause;
		Dialect dialect = Dialect.of(dataSource);
		this.repository = new OutboxRepository(dataSource, dialect, tablePrefix, !settings.keepContent().isZero());
		this.figures = new OutboxFigures(this.repository);
		KeyedHash hash = new KeyedHash((hashKey != null) ? hashKey : this.repository.hashKey(KeyedHash.generateKey()));
		this.template = template;
		this.messages = new Messages(hash, codec);
		OutboxEvents events = new OutboxEvents(publisher);
		this.operations = new JdbcImessageOutbox(this.repository, this.messages, settings, template, events,
				dataSource);
		this.worker = new OutboxWorker(dataSource, dialect, this.repository, this.messages, settings, template,
				this.pause, events, this.counters, this.operations);
	}

	/**
	 * Return a function that names the shared bucket of a line.
	 * @param dataSource the database
	 * @param tablePrefix the prefix of all table names
	 * @param hashKey the key of the hashes, or {@code null} to use the key of the
	 * database
	 * @return the names by line number
	 */
	public static Function<String, String> paceKeys(DataSource dataSource, String tablePrefix,
			@Nullable String hashKey) {
		KeyedHash hash = new KeyedHash((hashKey != null) ? hashKey
				: new OutboxRepository(dataSource, Dialect.of(dataSource), tablePrefix, false)
					.hashKey(KeyedHash.generateKey()));
		return (line) -> hash.of("pace", line);
	}

	/**
	 * Return the operations for the application.
	 * @return the operations
	 */
	public ImessageOutbox operations() {
		return this.operations;
	}

	/**
	 * Return the worker that sends entries.
	 * @return the worker
	 */
	public OutboxWorker worker() {
		return this.worker;
	}

	/**
	 * Return the pause of this instance while the account is refused.
	 * @return the pause
	 */
	public AccountPause pause() {
		return this.pause;
	}

	/**
	 * Return the counters.
	 * @return the counters
	 */
	public OutboxCounters counters() {
		return this.counters;
	}

	/**
	 * Return the figures of the outbox.
	 * @return the figures
	 */
	public OutboxFigures figures() {
		return this.figures;
	}

	/**
	 * Remove all entries for a test, after the ones that are being sent have ended.
	 * Waiting entries are not sent.
	 * @param patience the maximum time to wait
	 * @return whether all sends have ended
	 * @throws InterruptedException if the thread is interrupted
	 */
	public boolean drop(Duration patience) throws InterruptedException {
		long until = System.nanoTime() + patience.toNanos();
		while (!this.repository.removeAllButSending()) {
			if (System.nanoTime() - until >= 0) {
				return false;
			}
			TimeUnit.MILLISECONDS.sleep(20);
		}
		return true;
	}

	/**
	 * Remove all entries and end the pause, for tests.
	 */
	public void clear() {
		this.repository.removeAll();
		this.pause.works();
	}

	OutboxRepository repository() {
		return this.repository;
	}

	Messages messages() {
		return this.messages;
	}

	@Nullable Account account() {
		return this.template.unwrap(Account.class);
	}

}

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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.outbox.OutboxContentCodec;
import com.contiguity.spring.webhook.WebhookEventStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@link WebhookEventStore} in a database that instances share. The whole event is stored
 * before its delivery is answered and until it has been handled. A claim is a lease that
 * expires if its instance dies, so that another instance can take over the event. All
 * instants are taken from the clock of the database.
 */
public final class JdbcWebhookEventStore implements WebhookEventStore {

	private static final Log logger = LogFactory.getLog(JdbcWebhookEventStore.class);

	private static final String ENCODED = "encoded:";

	/**
	 * Maximum number of claims of an event, so that an event that crashes its instance is
	 * not retried forever.
	 */
	private static final int MAX_ATTEMPTS = 10;

	private static final int AT_ONCE = 100;

	private final JdbcClient client;

	private final Dialect dialect;

	private final String table;

	private final TransactionTemplate ownTransaction;

	private final Duration window;

	private final Duration lease;

	private final @Nullable OutboxContentCodec codec;

	private final String owner = "webhooks-" + UUID.randomUUID();

	/** Number of claims by this instance, counted once they are in the database. */
	private final AtomicLong claims = new AtomicLong();

	/** Number of claims that are known to have ended, if all of them have ended. */
	private volatile long ended;

	/** Outcomes that could not be recorded yet. Their claims must not be renewed. */
	private final Map<String, Ending> untold = new ConcurrentHashMap<>();

	/**
	 * Create a store.
	 * @param dataSource the database
	 * @param tablePrefix the prefix of the table's name
	 * @param window how long handled events are remembered
	 * @param lease how long a claim lasts unless it is renewed
	 * @param codec the codec of bodies, or {@code null}
	 */
	public JdbcWebhookEventStore(DataSource dataSource, String tablePrefix, Duration window, Duration lease,
			@Nullable OutboxContentCodec codec) {
		this.client = JdbcClient.create(dataSource);
		this.dialect = Dialect.of(dataSource);
		this.table = tablePrefix + "WEBHOOK_EVENT";
		this.window = window;
		this.lease = lease;
		this.codec = codec;
		// the claim must be committed before the delivery is answered
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.ownTransaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	Duration lease() {
		return this.lease;
	}

	@Override
	public boolean claim(ContiguityWebhookEvent event) {
		String id = hash(event.id());
		String body = encode(event.raw(), id);
		boolean claimed = insert(id, body) || claimAgain(id, body);
		if (claimed) {
			this.claims.incrementAndGet();
		}
		return claimed;
	}

	private boolean insert(String id, String body) {
		String now = this.dialect.now();
		try {
			return update("insert into " + this.table
					+ " (id, state, body, owner, lease_until, attempts, received_at, updated_at) values (:id, 'CLAIMED', :body, :owner, "
					+ this.dialect.plus(now, "lease") + ", 1, " + now + ", " + now + ")"
					+ ((this.dialect.hasOnConflict()) ? " on conflict do nothing" : ""),
					Map.of("id", id, "body", body, "owner", this.owner, "lease", this.lease.toMillis())) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	private boolean claimAgain(String id, String body) {
		String now = this.dialect.now();
		return update("update " + this.table + " set state = 'CLAIMED', body = :body, owner = :owner, lease_until = "
				+ this.dialect.plus(now, "lease") + ", attempts = attempts + 1, updated_at = " + now
				+ " where id = :id and (state = 'RELEASED' or (state = 'CLAIMED' and lease_until <= " + now + "))",
				Map.of("id", id, "body", body, "owner", this.owner, "lease", this.lease.toMillis())) == 1;
	}

	@Override
	public void done(String eventId) {
		end(hash(eventId), Ending.DONE);
	}

	@Override
	public void release(String eventId) {
		end(hash(eventId), Ending.RELEASED);
	}

	@Override
	public void abandon(String eventId) {
		end(hash(eventId), Ending.ABANDONED);
	}

	private void end(String id, Ending ending) {
		this.untold.put(id, ending);
		tell(id, ending);
	}

	private void tell(String id, Ending ending) {
		String now = this.dialect.now();
		String set = switch (ending) {
			// an instance that holds the event now need not handle it again
			case DONE -> " set state = 'DONE', body = null, updated_at = " + now + " where id = :id";
			case RELEASED -> " set state = 'RELEASED', body = null, updated_at = " + now
					+ " where id = :id and state = 'CLAIMED' and owner = :owner";
			case ABANDONED ->
				" set owner = null, lease_until = " + now + " where id = :id and state = 'CLAIMED' and owner = :owner";
		};
		update("update " + this.table + set, Map.of("id", id, "owner", this.owner));
		this.untold.remove(id, ending);
	}

	/**
	 * Renew the claims of this instance. Without claims, the database is not queried.
	 */
	void renew() {
		this.untold.forEach((id, ending) -> {
			try {
				tell(id, ending);
			}
			catch (DataAccessException | TransactionException ex) {
				logger.warn("Failed to record the outcome of a webhook event; retrying", MaskedFailure.of(ex));
			}
		});
		long claims = this.claims.get();
		if (claims == this.ended) {
			return;
		}
		int renewed = update(
				"update " + this.table + " set lease_until = " + this.dialect.plus(this.dialect.now(), "lease")
						+ " where state = 'CLAIMED' and owner = :owner",
				Map.of("owner", this.owner, "lease", this.lease.toMillis()));
		if (renewed == 0) {
			this.ended = claims;
		}
	}

	/**
	 * Find events that were acknowledged, but abandoned by the instance that claimed
	 * them.
	 * @return the events, oldest first
	 */
	List<Left> left() {
		return this.client
			.sql("select id, body, received_at, attempts from " + this.table
					+ " where state = 'CLAIMED' and lease_until <= " + this.dialect.now()
					+ " order by received_at limit " + AT_ONCE)
			.query((row, index) -> new Left(Objects.requireNonNull(row.getString("id")),
					Objects.requireNonNull(row.getString("body")),
					Objects.requireNonNull(this.dialect.fromColumn(row, "received_at")), row.getInt("attempts")))
			.list();
	}

	/**
	 * Read the body of an abandoned event.
	 * @param event the event
	 * @return the body, or {@code null} if the event is given up
	 */
	@Nullable String read(Left event) {
		String reason = MAX_ATTEMPTS + " instances stopped while they handled it";
		if (event.attempts() < MAX_ATTEMPTS) {
			try {
				return decode(event.body(), event.id());
			}
			catch (RuntimeException ex) {
				reason = "its body cannot be read. Check 'contiguity.outbox.content.key'";
			}
		}
		giveUp(event, reason);
		return null;
	}

	/**
	 * Give up an abandoned event.
	 * @param event the event
	 * @param reason the reason
	 */
	void giveUp(Left event, String reason) {
		int updated = update(
				"update " + this.table + " set state = 'FAILED', body = null, updated_at = " + this.dialect.now()
						+ " where id = :id and state = 'CLAIMED' and attempts = :attempts",
				Map.of("id", event.id(), "attempts", event.attempts()));
		if (updated == 1) {
			logger.error("Gave up on webhook event " + event.id() + ": " + reason);
		}
	}

	boolean takeOver(Left event) {
		String now = this.dialect.now();
		boolean taken = update(
				"update " + this.table + " set owner = :owner, lease_until = " + this.dialect.plus(now, "lease")
						+ ", attempts = attempts + 1, updated_at = " + now
						+ " where id = :id and state = 'CLAIMED' and attempts = :attempts and lease_until <= " + now,
				Map.of("id", event.id(), "attempts", event.attempts(), "owner", this.owner, "lease",
						this.lease.toMillis())) == 1;
		if (taken) {
			this.claims.incrementAndGet();
		}
		return taken;
	}

	void forgetOld() {
		update("delete from " + this.table + " where state <> 'CLAIMED' and updated_at <= :before",
				Map.of("before", this.dialect.toColumn(this.dialect.clock(this.client).minus(this.window))));
	}

	/**
	 * Remove all events, for tests.
	 */
	public void clear() {
		update("delete from " + this.table, Map.of());
	}

	private int update(String sql, Map<String, ?> parameters) {
		Integer updated = this.ownTransaction.execute((status) -> this.client.sql(sql).params(parameters).update());
		return (updated != null) ? updated : 0;
	}

	// ids can be of any length and may contain private data
	private static String hash(String eventId) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(eventId.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java runtime lacks SHA-256", ex);
		}
	}

	private String encode(String body, String id) {
		if (this.codec == null) {
			return body;
		}
		byte[] encoded = this.codec.encode(body.getBytes(StandardCharsets.UTF_8), id);
		return ENCODED + Base64.getEncoder().encodeToString(encoded);
	}

	private String decode(String body, String id) {
		if (!body.startsWith(ENCODED)) {
			return body;
		}
		if (this.codec == null) {
			throw new IllegalStateException("There is no OutboxContentCodec");
		}
		byte[] decoded = this.codec.decode(Base64.getDecoder().decode(body.substring(ENCODED.length())), id);
		return new String(decoded, StandardCharsets.UTF_8);
	}

	private enum Ending {

		DONE, RELEASED, ABANDONED

	}

	/**
	 * An event whose claim has expired.
	 *
	 * @param id its key in the table
	 * @param body its body, as stored
	 * @param receivedAt when it was received
	 * @param attempts how often it was claimed
	 */
	record Left(String id, String body, Instant receivedAt, int attempts) {
	}

}

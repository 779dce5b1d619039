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

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.contiguity.spring.outbox.OutboxState;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The SQL statements of the outbox. An update that changes a state also names the
 * previous state, so that exactly one of several concurrent updates succeeds. All
 * instants are taken from the clock of the database.
 */
public final class OutboxRepository {

	/** The name of the scheduler's task. */
	static final String TASK = "outbox-lane";

	/**
	 * Maximum number of rows that are read to find the first entries of conversations.
	 */
	private static final int LOOK_AHEAD = 500;

	/**
	 * In the distant future. The row of a lane is kept, because its version must not
	 * start again.
	 */
	static final Instant NEVER = Instant.parse("2999-01-01T00:00:00Z");

	/** The database does not detect a deadlock of transactions that wait here. */
	private static final Duration SHORTEST_LOCK_WAIT = Duration.ofSeconds(5);

	private static final String COLUMNS = "id, idempotency_key, state, created_at, send_after, expires_at, attempts, message_id, reference, lane, conversation, request_hash, text_hash, request, sent, fence, owner, started_at, error_kind";

	private static final String UNSETTLED = "('PENDING', 'SENDING', 'UNKNOWN', 'UNDECIDED')";

	private final JdbcClient client;

	private final Dialect dialect;

	private final TransactionTemplate ownTransaction;

	private final String table;

	private final String laneTable;

	private final String metaTable;

	private final boolean keepContent;

	/**
	 * Create a repository.
	 * @param dataSource the database
	 * @param dialect the database's dialect
	 * @param tablePrefix the prefix of all table names
	 * @param keepContent whether to keep the content of settled entries
	 */
	public OutboxRepository(DataSource dataSource, Dialect dialect, String tablePrefix, boolean keepContent) {
		this.client = JdbcClient.create(dataSource);
		this.dialect = dialect;
		this.table = tablePrefix + "OUTBOX";
		this.laneTable = tablePrefix + "OUTBOX_LANE";
		this.metaTable = tablePrefix + "OUTBOX_META";
		this.keepContent = keepContent;
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.ownTransaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	String laneTable() {
		return this.laneTable;
	}

	Instant clock() {
		return this.dialect.clock(this.client);
	}

	/**
	 * Read the key of the hashes, or store a new one if there is none.
	 * @param generated the key to store if there is none
	 * @return the key
	 */
	public String hashKey(String generated) {
		return Objects.requireNonNull(this.ownTransaction.execute((status) -> {
			insertOrIgnore(this.metaTable, "name, content", ":name, :content",
					Map.of("name", "hash-key", "content", generated));
			return this.client.sql("select content from " + this.metaTable + " where name = 'hash-key'")
				.query(String.class)
				.single();
		}));
	}

	private boolean insertOrIgnore(String table, String columns, String values, Map<String, ?> parameters) {
		String insert = this.dialect.insertWithoutWaiting() + " into " + table + " (" + columns + ") values (" + values
				+ ")" + ((this.dialect.hasOnConflict()) ? " on conflict do nothing" : "");
		// one of the transactions of a deadlock gives up before the others
		long until = System.nanoTime()
				+ (long) (SHORTEST_LOCK_WAIT.toNanos() * ThreadLocalRandom.current().nextDouble(1, 2));
		while (true) {
			try {
				return this.client.sql(insert).params(parameters).update() == 1;
			}
			catch (DuplicateKeyException ex) {
				return false;
			}
			catch (DataAccessException ex) {
				if (!this.dialect.isLocked(ex, this.client) || System.nanoTime() - until >= 0) {
					throw ex;
				}
				awaitUnlocked(ex);
			}
		}
	}

	private static void awaitUnlocked(DataAccessException locked) {
		try {
			TimeUnit.MILLISECONDS.sleep(1 + ThreadLocalRandom.current().nextInt(10));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw locked;
		}
	}

	/**
	 * Insert an entry, in the caller's transaction.
	 * @param entry the entry
	 * @return {@code false} if there is an entry with the same key
	 */
	boolean insert(StoredEntry entry) {
		Map<String, Object> parameters = new TreeMap<>();
		parameters.put("id", entry.id());
		parameters.put("key", entry.key());
		parameters.put("lane", entry.lane());
		parameters.put("conversation", entry.conversation());
		parameters.put("requestHash", entry.requestHash());
		parameters.put("textHash", entry.textHash());
		parameters.put("reference", entry.reference());
		parameters.put("request", entry.request());
		parameters.put("sendAfter", this.dialect.toColumn(entry.sendAfter()));
		parameters.put("expiresAt", this.dialect.toColumn(entry.expiresAt()));
		parameters.put("createdAt", this.dialect.toColumn(entry.createdAt()));
		return insertOrIgnore(this.table,
				"id, idempotency_key, lane, conversation, request_hash, text_hash, reference, request, state, attempts, send_after, next_attempt_at, expires_at, created_at, updated_at",
				":id, :key, :lane, :conversation, :requestHash, :textHash, :reference, :request, 'PENDING', 0, :sendAfter, :sendAfter, :expiresAt, :createdAt, :createdAt",
				parameters);
	}

	Optional<StoredEntry> find(String idOrKey) {
		return find(idOrKey, "");
	}

	Optional<StoredEntry> findLocked(String key) {
		return find(key, this.dialect.lockForReading());
	}

	private Optional<StoredEntry> find(String idOrKey, String suffix) {
		return this.client.sql("select " + COLUMNS + " from " + this.table + where(idOrKey) + suffix)
			.param("idOrKey", idOrKey)
			.query(this::map)
			.optional();
	}

	private static String where(String idOrKey) {
		return (idOrKey.startsWith("out_")) ? " where id = :idOrKey" : " where idempotency_key = :idOrKey";
	}

	boolean cancel(String idOrKey) {
		return this.client
			.sql("update " + this.table + " set state = 'CANCELLED'" + withoutContent() + where(idOrKey)
					+ " and state = 'PENDING'")
			.param("idOrKey", idOrKey)
			.update() == 1;
	}

	private String withoutContent() {
		return ((this.keepContent) ? "" : ", request = null, sent = null") + ", updated_at = " + this.dialect.now();
	}

	/**
	 * Count the waiting entries.
	 * @param limit the maximum number to count
	 * @return the number, or the limit
	 */
	int countPending(int limit) {
		return this.client
			.sql("select count(*) from (select 1 as one from " + this.table
					+ " where state = 'PENDING' limit :limit) pending")
			.param("limit", limit)
			.query(Integer.class)
			.single();
	}

	// ---- lanes

	/**
	 * Find lanes that have work, but no instance that works on them.
	 * @return the lanes
	 */
	List<String> dueLanes() {
		String now = this.dialect.now();
		return this.client
			.sql("select distinct o.lane from " + this.table
					+ " o where ((o.state in ('PENDING', 'UNKNOWN') and o.next_attempt_at <= " + now
					+ ") or (o.state = 'PENDING' and o.expires_at <= " + now + ") or o.state = 'SENDING')"
					+ " and not exists (select 1 from " + this.laneTable
					+ " t where t.task_name = :task and t.task_instance = o.lane and t.picked = true)")
			.param("task", TASK)
			.query((row, index) -> Objects.requireNonNull(row.getString("lane")))
			.list();
	}

	/**
	 * Schedule a lane to run immediately, unless it is running.
	 * @param lane the lane
	 * @param now the time of the scheduler
	 */
	void bringForward(String lane, Instant now) {
		Map<String, Object> parameters = Map.of("task", TASK, "lane", lane, "now", this.dialect.toColumn(now));
		int moved = this.client.sql("update " + this.laneTable
				+ " set execution_time = :now where task_name = :task and task_instance = :lane and picked = false and execution_time > :now")
			.params(parameters)
			.update();
		if (moved == 0) {
			insertOrIgnore(this.laneTable, "task_name, task_instance, execution_time, picked, version",
					":task, :lane, :now, false, 1", parameters);
		}
	}

	/**
	 * Mark entries that previous holders of a lane left in progress as unknown.
	 * @param holder the holder of the lane
	 * @param settleTime how long after its start to determine the outcome of an attempt
	 * @return the number of these entries
	 */
	int abandon(LaneHolder holder, Duration settleTime) {
		return this.client
			.sql("update " + this.table
					+ " set state = 'UNKNOWN', in_flight = null, error_kind = 'abandoned', next_attempt_at = "
					+ this.dialect.plus("started_at", "settleTime") + ", updated_at = " + this.dialect.now()
					+ " where lane = :lane and state = 'SENDING' and (fence <> :fence or owner <> :owner)" + " and "
					+ holds())
			.param("settleTime", settleTime.toMillis())
			.param("task", TASK)
			.param("lane", holder.lane())
			.param("fence", holder.fence())
			.param("owner", holder.owner())
			.update();
	}

	/**
	 * Find unknown entries whose outcome is due to be determined.
	 * @param lane the lane
	 * @param limit the maximum number of entries
	 * @return the entries
	 */
	List<StoredEntry> dueUnknown(String lane, int limit) {
		return this.client
			.sql("select " + COLUMNS + " from " + this.table
					+ " where lane = :lane and state = 'UNKNOWN' and next_attempt_at <= " + this.dialect.now()
					+ " order by next_attempt_at limit :limit")
			.param("lane", lane)
			.param("limit", limit)
			.query(this::map)
			.list();
	}

	/**
	 * Find the entries that may be sent: the first one of each conversation.
	 * @param lane the lane
	 * @param limit the maximum number of entries
	 * @param unknownBlocks whether an entry with an unknown outcome blocks later entries
	 * of its conversation
	 * @return the entries, in order
	 */
	List<StoredEntry> heads(String lane, int limit, boolean unknownBlocks) {
		String now = this.dialect.now();
		// blocked conversations are excluded first, so that a long one does not fill the
		// limit
		return this.client
			.sql("select " + COLUMNS + " from (select o.* from " + this.table
					+ " o where o.lane = :lane and o.state = 'PENDING' and o.send_after <= " + now
					+ " and o.expires_at > " + now + " and o.conversation not in (" + blocked(unknownBlocks)
					+ ") order by o.send_after, o.seq limit " + LOOK_AHEAD + ") c where not exists (" + earlier("c")
					+ ") order by c.send_after, c.seq limit :limit")
			.param("lane", lane)
			.param("limit", limit)
			.query(this::map)
			.list();
	}

	// conversations of a lane whose first entry waits or is being sent
	private String blocked(boolean unknownBlocks) {
		String now = this.dialect.now();
		return "select b.conversation from " + this.table + " b where b.lane = :lane and (b.state = 'SENDING'"
				+ ((unknownBlocks) ? " or b.state = 'UNKNOWN'" : "")
				+ " or (b.state = 'PENDING' and b.next_attempt_at > " + now + " and b.send_after <= " + now + "))";
	}

	// waiting entries that precede another one in its conversation
	private String earlier(String alias) {
		String now = this.dialect.now();
		return "select 1 from %1$s p where p.conversation = %3$s.conversation and p.state = 'PENDING' and p.send_after <= %2$s and p.expires_at > %2$s and (p.send_after < %3$s.send_after or (p.send_after = %3$s.send_after and p.seq < %3$s.seq))"
			.formatted(this.table, now, alias);
	}

	/**
	 * Find due entries for which no line has been selected.
	 * @param lane the lane
	 * @param unknownBlocks whether an entry with an unknown outcome blocks later entries
	 * of its conversation
	 * @return the entries, in order
	 */
	List<StoredEntry> due(String lane, boolean unknownBlocks) {
		String now = this.dialect.now();
		return this.client
			.sql("select " + COLUMNS + " from " + this.table
					+ " where lane = :lane and state = 'PENDING' and send_after <= " + now + " and expires_at > " + now
					+ " and conversation not in (" + blocked(unknownBlocks) + ") order by send_after, seq limit "
					+ LOOK_AHEAD)
			.param("lane", lane)
			.query(this::map)
			.list();
	}

	/**
	 * Assign a line to an entry.
	 * @param entry the entry as it was read
	 * @param lane the new lane
	 * @param conversation the new conversation
	 * @param request the new request
	 * @return whether the entry was updated
	 */
	boolean pin(StoredEntry entry, String lane, String conversation, String request) {
		return this.client
			.sql("update " + this.table + " set lane = :newLane, conversation = :conversation, request = :request"
					+ " where id = :id and lane = :lane and state = 'PENDING' and attempts = :attempts")
			.param("newLane", lane)
			.param("conversation", conversation)
			.param("request", request)
			.param("id", entry.id())
			.param("lane", entry.lane())
			.param("attempts", entry.attempts())
			.update() == 1;
	}

	// ---- an attempt

	/**
	 * Mark an entry before its message is written, in a separate transaction.
	 * @param id the entry
	 * @param holder the holder of its lane
	 * @param sent what is sent, to identify it in a history
	 * @param within the maximum duration of the transaction, so that a frozen instance
	 * does not keep the row locked
	 * @return the number of the attempt, or {@code null} if the entry must not be sent
	 * now
	 */
	@Nullable Integer mark(String id, LaneHolder holder, SentContent sent, Duration within) {
		try {
			return this.ownTransaction.execute((status) -> markInTransaction(id, holder, sent, within));
		}
		catch (DuplicateKeyException ex) {
			// another message of the conversation is on the wire
			return null;
		}
	}

	private @Nullable Integer markInTransaction(String id, LaneHolder holder, SentContent sent, Duration within) {
		Optional<Integer> attempts = this.client.sql(selectForMark(within, ":id"))
			.param("id", id)
			.query((row, index) -> row.getInt("attempts"))
			.optional();
		if (attempts.isEmpty()) {
			return null;
		}
		String now = this.dialect.now();
		int marked = this.client.sql("update " + this.table
				+ " set state = 'SENDING', in_flight = conversation, fence = :fence, owner = :owner, attempts = attempts + 1, sent = :sent, text_hash = :textHash, started_at = "
				+ now + ", updated_at = " + now
				+ " where id = :id and lane = :lane and state = 'PENDING' and next_attempt_at <= " + now
				+ " and expires_at > " + now + " and " + holds())
			.param("id", id)
			.param("sent", sent.content())
			.param("textHash", sent.textHash())
			.param("task", TASK)
			.param("lane", holder.lane())
			.param("fence", holder.fence())
			.param("owner", holder.owner())
			.update();
		return (marked == 1) ? attempts.get() + 1 : null;
	}

	// whether the holder still has the lane
	private String holds() {
		return "exists (select 1 from " + this.laneTable
				+ " t where t.task_name = :task and t.task_instance = :lane and t.picked = true and t.picked_by = :owner and t.version = :fence)";
	}

	/**
	 * Return the statement that locks a row to mark it.
	 * @param within the maximum time for which the transaction may be idle
	 * @param id the entry
	 * @return the statement
	 */
	String selectForMark(Duration within, String id) {
		// a mark that the database loses in a crash would lead to a duplicate
		String settings = (this.dialect == Dialect.POSTGRESQL)
				? ", set_config('synchronous_commit', 'on', true), set_config('idle_in_transaction_session_timeout', '"
						+ Math.max(1, within.toMillis()) + "', true)"
				: "";
		// an earlier entry of the conversation may have been settled while this one
		// waited
		return "select o.attempts" + settings + " from " + this.table + " o where o.id = " + id
				+ " and o.state = 'PENDING' and not exists (" + earlier("o") + ") for update skip locked";
	}

	/**
	 * Record the final outcome of an attempt.
	 * @param mark the attempt
	 * @param state the new state
	 * @param messageId the API's id of the message
	 * @param errorKind the kind of the error
	 * @return whether the attempt was still open
	 */
	boolean end(Mark mark, OutboxState state, @Nullable String messageId, @Nullable String errorKind) {
		return this.client
			.sql("update " + this.table
					+ " set state = :state, in_flight = null, message_id = :messageId, error_kind = :errorKind"
					+ withoutContent() + where(mark))
			.param("state", state.name())
			.param("messageId", messageId)
			.param("errorKind", errorKind)
			.params(parameters(mark))
			.update() == 1;
	}

	/**
	 * Record that the API did not accept an attempt.
	 * @param mark the attempt
	 * @param delay how long to wait before the next one
	 * @param errorKind the kind of the error
	 * @return whether the attempt was still open
	 */
	boolean returnToPending(Mark mark, Duration delay, @Nullable String errorKind) {
		String now = this.dialect.now();
		return this.client
			.sql("update " + this.table + " set state = 'PENDING', in_flight = null, " + errorKind()
					+ ", next_attempt_at = " + this.dialect.plus(now, "delay") + ", updated_at = " + now + where(mark))
			.param("delay", delay.toMillis())
			.param("errorKind", errorKind)
			.params(parameters(mark))
			.update() == 1;
	}

	/**
	 * Record that the outcome of an attempt is unknown.
	 * @param mark the attempt
	 * @param settleTime how long after its start to determine the outcome
	 * @param errorKind the kind of the error
	 * @return whether the attempt was still open
	 */
	boolean becomeUnknown(Mark mark, Duration settleTime, @Nullable String errorKind) {
		return this.client.sql("update " + this.table
				+ " set state = 'UNKNOWN', in_flight = null, error_kind = :errorKind, next_attempt_at = "
				+ this.dialect.plus("started_at", "settleTime") + ", updated_at = " + this.dialect.now()
				+ " where id = :id and fence = :fence and owner = :owner and attempts = :attempt and state = 'SENDING'")
			.param("settleTime", settleTime.toMillis())
			.param("errorKind", errorKind)
			.params(parameters(mark))
			.update() == 1;
	}

	/**
	 * Return whether the outcome of an attempt is recorded.
	 * @param mark the attempt
	 * @param state the state that it leads to
	 * @param messageId the API's id of the message, or {@code null} for any
	 * @return whether the entry has this state
	 */
	boolean isRecorded(Mark mark, OutboxState state, @Nullable String messageId) {
		return find(mark.id()).filter((entry) -> entry.state() == state && entry.attempts() == mark.attempt()
				&& Objects.equals(entry.fence(), mark.holder().fence()) && mark.holder().owner().equals(entry.owner())
				&& (messageId == null || messageId.equals(entry.messageId())))
			.isPresent();
	}

	// an entry that may have been sent before keeps its line, regardless of what
	// happens to later attempts
	private static String errorKind() {
		return "error_kind = case when error_kind in ('%1$s', '%2$s') then '%1$s' else :errorKind end"
			.formatted(Settlement.SEND_AGAIN, Settlement.LINE_DROPPED);
	}

	private static String where(Mark mark) {
		return " where id = :id and fence = :fence and owner = :owner and attempts = :attempt and state in ('SENDING', 'UNKNOWN', 'UNDECIDED')";
	}

	private static Map<String, Object> parameters(Mark mark) {
		return Map.of("id", mark.id(), "fence", mark.holder().fence(), "owner", mark.holder().owner(), "attempt",
				mark.attempt());
	}

	/**
	 * Postpone an entry that was not marked.
	 * @param id the entry
	 * @param delay how long
	 * @param errorKind the reason
	 */
	void putOff(String id, Duration delay, String errorKind) {
		this.client
			.sql("update " + this.table + " set "
					+ ((errorKind.equals(Settlement.LINE_DROPPED)) ? "error_kind = :errorKind" : errorKind())
					+ ", next_attempt_at = " + this.dialect.plus(this.dialect.now(), "delay")
					+ " where id = :id and state = 'PENDING'")
			.param("delay", delay.toMillis())
			.param("errorKind", errorKind)
			.param("id", id)
			.update();
	}

	/**
	 * Reject an entry that was not marked.
	 * @param id the entry
	 * @param errorKind the reason
	 * @return whether the entry was still pending
	 */
	boolean reject(String id, String errorKind) {
		return this.client
			.sql("update " + this.table + " set state = 'REJECTED', error_kind = :errorKind" + withoutContent()
					+ " where id = :id and state = 'PENDING'")
			.param("errorKind", errorKind)
			.param("id", id)
			.update() == 1;
	}

	/**
	 * Expire the entries that were not sent in time.
	 * @param lane the lane
	 * @return the entries
	 */
	List<StoredEntry> expire(String lane) {
		List<StoredEntry> due = this.client
			.sql("select " + COLUMNS + " from " + this.table
					+ " where lane = :lane and state = 'PENDING' and expires_at <= " + this.dialect.now()
					+ " order by expires_at limit " + LOOK_AHEAD)
			.param("lane", lane)
			.query(this::map)
			.list();
		return due.stream()
			.filter((entry) -> this.client
				.sql("update " + this.table + " set state = 'EXPIRED'" + withoutContent()
						+ " where id = :id and state = 'PENDING' and expires_at <= " + this.dialect.now())
				.param("id", entry.id())
				.update() == 1)
			.toList();
	}

	// ---- settling

	/**
	 * Settle an entry with an unknown outcome, unless it has changed since it was read.
	 * @param entry the entry as it was read
	 * @param state the new state
	 * @param errorKind the error kind
	 * @return whether the entry was updated
	 */
	boolean settle(StoredEntry entry, OutboxState state, @Nullable String errorKind) {
		boolean open = state == OutboxState.PENDING || state == OutboxState.UNDECIDED;
		String now = this.dialect.now();
		return this.client
			.sql("update " + this.table
					+ " set state = :state, in_flight = null, error_kind = :errorKind, next_attempt_at = " + now
					+ ((open) ? ", updated_at = " + now : withoutContent()) + whereAsRead(entry))
			.param("state", state.name())
			.param("errorKind", errorKind)
			.param("id", entry.id())
			.param("fence", entry.fence())
			.param("attempts", entry.attempts())
			.update() == 1;
	}

	/**
	 * Postpone the next attempt to determine the outcome of an entry.
	 * @param entry the entry as it was read
	 * @param delay how long
	 */
	void askLater(StoredEntry entry, Duration delay) {
		this.client
			.sql("update " + this.table + " set next_attempt_at = " + this.dialect.plus(this.dialect.now(), "delay")
					+ whereAsRead(entry))
			.param("delay", delay.toMillis())
			.param("id", entry.id())
			.param("fence", entry.fence())
			.param("attempts", entry.attempts())
			.update();
	}

	private static String whereAsRead(StoredEntry entry) {
		return " where id = :id and state in ('UNKNOWN', 'UNDECIDED') and fence = :fence and attempts = :attempts";
	}

	/**
	 * Find other entries of a conversation that may appear in its history at about the
	 * same time.
	 * @param conversation the conversation
	 * @param entry the entry whose outcome is to be determined
	 * @param around the maximum time between their starts
	 * @return the entries, ordered by their start
	 */
	List<StoredEntry> inConversation(String conversation, StoredEntry entry, Duration around) {
		Instant startedAt = Objects.requireNonNull(entry.startedAt());
		return this.client
			.sql("select " + COLUMNS + " from " + this.table
					+ " where conversation = :conversation and id <> :id and started_at between :earliest and :latest"
					+ " and state in ('SENDING', 'ACCEPTED', 'UNKNOWN', 'UNDECIDED') order by started_at")
			.param("conversation", conversation)
			.param("id", entry.id())
			.param("earliest", this.dialect.toColumn(startedAt.minus(around)))
			.param("latest", this.dialect.toColumn(startedAt.plus(around)))
			.query(this::map)
			.list();
	}

	// ---- figures and cleanup

	Map<OutboxState, Long> countByState() {
		Map<OutboxState, Long> counts = new TreeMap<>();
		this.client.sql("select state, count(*) as entries from " + this.table + " group by state")
			.query((RowCallbackHandler) (row) -> counts.put(OutboxState.valueOf(row.getString("state")),
					row.getLong("entries")));
		return counts;
	}

	/**
	 * Return how long the oldest due entry has been due.
	 * @return the time; zero if none is due
	 */
	Duration oldestAge() {
		Instant now = clock();
		return this.client
			.sql("select next_attempt_at from " + this.table + " where state = 'PENDING' and next_attempt_at <= "
					+ this.dialect.now() + " order by next_attempt_at limit 1")
			.query((row, index) -> Objects.requireNonNull(this.dialect.fromColumn(row, "next_attempt_at")))
			.optional()
			.map((oldest) -> Duration.between(oldest, now))
			.filter((age) -> !age.isNegative())
			.orElse(Duration.ZERO);
	}

	List<LaneLoad> lanes() {
		return this.client
			.sql("select l.task_instance, l.picked, l.picked_by, (select count(*) from " + this.table
					+ " o where o.lane = l.task_instance and o.state = 'PENDING') as waiting from " + this.laneTable
					+ " l where l.task_name = :task order by l.task_instance")
			.param("task", TASK)
			.query((row, index) -> new LaneLoad(row.getString("task_instance"), row.getLong("waiting"),
					(row.getBoolean("picked")) ? row.getString("picked_by") : null))
			.list();
	}

	List<StoredEntry> unsettled(int limit) {
		return this.client
			.sql("select " + COLUMNS + " from " + this.table
					+ " where state in ('UNKNOWN', 'UNDECIDED') order by started_at limit :limit")
			.param("limit", limit)
			.query(this::map)
			.list();
	}

	long countExpiringWithin(Duration time) {
		return this.client
			.sql("select count(*) from " + this.table + " where state = 'PENDING' and expires_at <= "
					+ this.dialect.plus(this.dialect.now(), "time"))
			.param("time", time.toMillis())
			.query(Long.class)
			.single();
	}

	/**
	 * Remove old settled entries and the content of settled entries.
	 * @param settled how long to keep entries
	 * @param content how long to keep their content
	 * @return how many entries were removed
	 */
	int removeSettled(Duration settled, Duration content) {
		Instant now = clock();
		if (this.keepContent) {
			this.client
				.sql("update " + this.table + " set request = null, sent = null where state not in " + UNSETTLED
						+ " and request is not null and updated_at <= :before")
				.param("before", this.dialect.toColumn(now.minus(content)))
				.update();
		}
		return this.client
			.sql("delete from " + this.table
					+ " where state in ('ACCEPTED', 'REJECTED', 'EXPIRED', 'CANCELLED') and updated_at <= :before")
			.param("before", this.dialect.toColumn(now.minus(settled)))
			.update();
	}

	/**
	 * Remove the entries that are not being sent.
	 * @return whether no entry is being sent
	 */
	boolean removeAllButSending() {
		this.client.sql("delete from " + this.table + " where state <> 'SENDING'").update();
		return this.client.sql("select count(*) from " + this.table).query(Long.class).single() == 0;
	}

	void removeAll() {
		this.client.sql("delete from " + this.table).update();
	}

	private StoredEntry map(ResultSet row, int index) throws SQLException {
		long fence = row.getLong("fence");
		boolean neverMarked = row.wasNull();
		return new StoredEntry(row.getString("id"), row.getString("idempotency_key"),
				OutboxState.valueOf(row.getString("state")), instant(row, "created_at"), instant(row, "send_after"),
				instant(row, "expires_at"), row.getInt("attempts"), row.getString("message_id"),
				row.getString("reference"), false, row.getString("lane"), row.getString("conversation"),
				row.getString("request_hash"), row.getString("text_hash"), row.getString("request"),
				row.getString("sent"), (neverMarked) ? null : fence, row.getString("owner"),
				this.dialect.fromColumn(row, "started_at"), row.getString("error_kind"));
	}

	private Instant instant(ResultSet row, String column) throws SQLException {
		return Objects.requireNonNull(this.dialect.fromColumn(row, column));
	}

	/**
	 * The load of a lane.
	 *
	 * @param id the lane
	 * @param waiting how many entries wait
	 * @param holder the instance that works on it, or {@code null} if none does
	 */
	record LaneLoad(String id, long waiting, @Nullable String holder) {
	}

}

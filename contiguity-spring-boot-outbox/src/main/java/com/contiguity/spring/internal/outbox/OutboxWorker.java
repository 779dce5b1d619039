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
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Sends the entries of the outbox. A scheduler decides which instance works on which
 * lane.
 */
public final class OutboxWorker implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(OutboxWorker.class);

	private static final Duration ENGINE_POLL_INTERVAL = Duration.ofSeconds(10);

	private static final Duration CLEAN_UP_INTERVAL = Duration.ofMinutes(1);

	private static final Duration TOLERATED_CLOCK_DIFFERENCE = Duration.ofSeconds(1);

	private final DataSource dataSource;

	private final Dialect dialect;

	private final OutboxRepository repository;

	private final Messages messages;

	private final OutboxSettings settings;

	private final ReactiveImessageTemplate template;

	private final AccountPause pause;

	private final OutboxEvents events;

	private final OutboxCounters counters;

	private final JdbcImessageOutbox outbox;

	private volatile @Nullable Engine engine;

	OutboxWorker(DataSource dataSource, Dialect dialect, OutboxRepository repository, Messages messages,
			OutboxSettings settings, ReactiveImessageTemplate template, AccountPause pause, OutboxEvents events,
			OutboxCounters counters, JdbcImessageOutbox outbox) {
		this.dataSource = dataSource;
		this.dialect = dialect;
		this.repository = repository;
		this.messages = messages;
		this.settings = settings;
		this.template = template;
		this.pause = pause;
		this.events = events;
		this.counters = counters;
		this.outbox = outbox;
	}

	@Override
	public synchronized void start() {
		if (this.engine != null) {
			return;
		}
		Account account = this.template.unwrap(Account.class);
		if (account == null) {
			// a test has replaced the template with a mock
			return;
		}
		checkClock();
		Engine engine = new Engine(account);
		this.engine = engine;
		this.outbox.setNudge(engine::nudge);
		engine.start();
	}

	private void checkClock() {
		Instant here = Instant.now();
		Duration difference = Duration.between(here, this.repository.clock()).abs();
		if (difference.compareTo(TOLERATED_CLOCK_DIFFERENCE) > 0) {
			logger.warn("The clocks of this machine and of the database differ by " + difference.toMillis()
					+ " ms. Instances may consider each other dead. Synchronize the clocks");
		}
	}

	@Override
	public synchronized void stop() {
		Engine engine = this.engine;
		if (engine != null) {
			this.outbox.setNudge((lane) -> {
			});
			engine.stop();
			this.engine = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.engine != null;
	}

	/**
	 * Stops before the template does, so that sends in progress can end.
	 */
	@Override
	public int getPhase() {
		return this.template.getPhase() + 1;
	}

	private static CustomizableThreadFactory threads(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

	/**
	 * The scheduler between a start and a stop.
	 */
	private final class Engine {

		/**
		 * Does not contain the host name: two instances of the same host must not mistake
		 * each other's executions for their own.
		 */
		private final String name = "outbox-" + UUID.randomUUID();

		private final CountDownLatch closed = new CountDownLatch(1);

		private final ExecutorService markExecutor = Executors.newFixedThreadPool(OutboxWorker.this.settings.threads(),
				threads("contiguity-outbox-mark-"));

		private final ScheduledExecutorService poller = Executors.newScheduledThreadPool(1,
				threads("contiguity-outbox-poll-"));

		private final Scheduler scheduler;

		private final Set<String> nudges = ConcurrentHashMap.newKeySet();

		private final Set<String> running = ConcurrentHashMap.newKeySet();

		private final Set<String> nudgedWhileRunning = ConcurrentHashMap.newKeySet();

		private volatile boolean stopping;

		Engine(Account account) {
			OutboxWorker outer = OutboxWorker.this;
			Settlement settlement = new Settlement(outer.repository, outer.messages, outer.settings, account,
					outer.events);
			LaneWorker worker = new LaneWorker(outer.repository, outer.messages, outer.settings, outer.template,
					account, settlement, outer.pause, outer.events, outer.counters, this.markExecutor, this::nudge,
					this.closed);
			CustomTask<Void> task = Tasks.custom(OutboxRepository.TASK, Void.class)
				.onFailure((complete, operations) -> reschedule(complete, operations, Duration.ofSeconds(1)))
				.onDeadExecution((complete, operations) -> reschedule(complete, operations, Duration.ZERO))
				.execute((instance, context) -> run(worker, instance, context));
			SchedulerBuilder builder = Scheduler.create(outer.dataSource, task)
				.schedulerName(new SchedulerName.Fixed(this.name))
				.tableName(outer.repository.laneTable())
				.threads(outer.settings.threads())
				.pollingInterval(ENGINE_POLL_INTERVAL)
				.heartbeatInterval(outer.settings.heartbeatInterval())
				.missedHeartbeatsLimit(OutboxSettings.MISSED_HEARTBEATS)
				.shutdownMaxWait(outer.settings.shutdownTime())
				.enableImmediateExecution();
			if (outer.dialect == Dialect.POSTGRESQL) {
				builder.pollUsingLockAndFetch(0.5, 1.0);
			}
			if (outer.dialect == Dialect.MARIADB) {
				builder.alwaysPersistTimestampInUTC();
			}
			this.scheduler = builder.build();
		}

		private CompletionHandler<Void> run(LaneWorker worker, TaskInstance<Void> instance, ExecutionContext context) {
			String lane = instance.getId();
			this.nudgedWhileRunning.remove(lane);
			this.running.add(lane);
			LaneHolder holder = new LaneHolder(lane, this.name, context.getExecution().version);
			Duration next;
			try {
				next = worker.run(holder, () -> !this.stopping && !context.getSchedulerState().isShuttingDown()
						&& context.getCurrentlyExecuting().getHeartbeatState().getFractionDead() < 0.5);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				next = Duration.ZERO;
			}
			finally {
				this.running.remove(lane);
			}
			Duration delay = (this.nudgedWhileRunning.remove(lane)) ? Duration.ZERO : next;
			return (complete, operations) -> reschedule(complete, operations, delay);
		}

		// the row of a lane is kept forever: its version is the fence and must not start
		// again
		private void reschedule(ExecutionComplete complete, ExecutionOperations<Void> operations,
				@Nullable Duration delay) {
			try {
				operations.reschedule(complete, (delay != null) ? Instant.now().plus(delay) : OutboxRepository.NEVER);
			}
			catch (RuntimeException ex) {
				logger.info("Failed to release a line; another instance may have taken it over", MaskedFailure.of(ex));
			}
		}

		void start() {
			this.scheduler.start();
			long interval = OutboxWorker.this.settings.pollInterval().toMillis();
			this.poller.scheduleWithFixedDelay(this::poll, 0, interval, TimeUnit.MILLISECONDS);
			this.poller.scheduleWithFixedDelay(this::cleanUp, CLEAN_UP_INTERVAL.toMillis(),
					CLEAN_UP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}

		private void poll() {
			safely(() -> {
				Set<String> lanes = Set.copyOf(OutboxWorker.this.repository.dueLanes());
				lanes.forEach((lane) -> OutboxWorker.this.repository.bringForward(lane, Instant.now()));
				if (!lanes.isEmpty()) {
					this.scheduler.triggerCheckForDueExecutions();
				}
			});
		}

		private void cleanUp() {
			safely(() -> OutboxWorker.this.repository.removeSettled(OutboxWorker.this.settings.keepSettled(),
					OutboxWorker.this.settings.keepContent()));
		}

		private void safely(Runnable work) {
			try {
				work.run();
			}
			catch (RuntimeException ex) {
				if (!this.stopping) {
					logger.warn("Failed to access the outbox's database; retrying", MaskedFailure.of(ex));
				}
			}
		}

		void nudge(String lane) {
			if (!this.nudges.add(lane)) {
				// the lane is already about to be scheduled
				return;
			}
			try {
				this.poller.execute(() -> safely(() -> {
					this.nudges.remove(lane);
					if (this.running.contains(lane)) {
						this.nudgedWhileRunning.add(lane);
					}
					OutboxWorker.this.repository.bringForward(lane, Instant.now());
					this.scheduler.triggerCheckForDueExecutions();
				}));
			}
			catch (RejectedExecutionException ex) {
				// another instance polls
				logger.debug("The outbox is stopping. Another instance takes over the line");
			}
		}

		void stop() {
			this.stopping = true;
			this.poller.shutdown();
			this.scheduler.stop();
			this.closed.countDown();
			this.markExecutor.shutdown();
		}

	}

}

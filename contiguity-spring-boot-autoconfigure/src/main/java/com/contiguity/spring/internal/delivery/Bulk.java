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

package com.contiguity.spring.internal.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.client.Attempt;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Sends many messages. Lines are served in parallel, and the messages of a line one after
 * the other, in order. A message that waits for its line only takes a place in memory. A
 * message that is on the wire takes one of a smaller number of slots.
 * <p>
 * Any thread can add tasks, which are executed by one thread at a time. So no locks are
 * needed, and a line whose messages all end at once, for example at shutdown, does not
 * cause deep recursion.
 *
 * @since 0.1.0
 */
public final class Bulk implements CoreSubscriber<SendRequest>, Subscription {

	private static final Log logger = LogFactory.getLog(Bulk.class);

	private final SendPipeline pipeline;

	private final int capacity;

	private final boolean toTheEnd;

	private final CoreSubscriber<? super SendResult> caller;

	private final ObjIntConsumer<SendCall> whenEnded;

	private final Context context;

	private final Queue<Runnable> work = Queues.<Runnable>unboundedMultiproducer().get();

	private final AtomicInteger amountOfWork = new AtomicInteger();

	// all fields below are used only by the thread that executes tasks

	private @Nullable Subscription source;

	/** Number of messages that were requested and have not arrived. */
	private int expected;

	/** Number of messages that arrived and whose result has not been consumed. */
	private int inHand;

	private int taken;

	/** Messages whose line is not known yet, and those that arrived after them. */
	private final Deque<Message> arrived = new ArrayDeque<>();

	/** The last message of each line that has messages. */
	private final Map<String, Message> lines = new HashMap<>();

	private final Set<SendCall> underWay = new HashSet<>();

	private int freeSlots;

	private final Deque<Message> waitingForSlot = new ArrayDeque<>();

	private final Deque<Message> results = new ArrayDeque<>();

	private long demand;

	private boolean sourceEnded;

	private @Nullable Throwable sourceFailure;

	private boolean done;

	private int refused;

	/** Why no further messages are sent. */
	private @Nullable String givenUp;

	private volatile boolean cancelled;

	/**
	 * Create a bulk.
	 * @param pipeline sends each message
	 * @param concurrency the maximum number of messages on the wire
	 * @param capacity the maximum number of messages that are read ahead
	 * @param toTheEnd whether every message of the source must have a result, even if no
	 * further messages are sent
	 * @param caller receives the results
	 * @param whenEnded called when a call has ended, on any thread, with its index in the
	 * source; must {@linkplain SendCall#close() close} it
	 */
	Bulk(SendPipeline pipeline, int concurrency, int capacity, boolean toTheEnd,
			CoreSubscriber<? super SendResult> caller, ObjIntConsumer<SendCall> whenEnded) {
		this.pipeline = pipeline;
		this.freeSlots = concurrency;
		this.capacity = Math.max(concurrency, capacity);
		this.toTheEnd = toTheEnd;
		this.caller = caller;
		this.whenEnded = whenEnded;
		this.context = pipeline.delivery().inTraceOfCaller(caller.currentContext());
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.source = subscription;
		this.caller.onSubscribe(this);
	}

	@Override
	public void onNext(SendRequest request) {
		execute(() -> take(request));
	}

	@Override
	public void onError(Throwable failure) {
		execute(() -> sourceEnded(failure));
	}

	@Override
	public void onComplete() {
		execute(() -> sourceEnded(null));
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			execute(() -> this.demand = Operators.addCap(this.demand, n));
		}
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		giveUp("The bulk was cancelled before the message was sent");
	}

	/**
	 * Stop sending. Messages that were read, but not sent, end as not sent.
	 * @param why the reason
	 */
	public void giveUp(String why) {
		execute(() -> {
			if (this.givenUp != null || this.done) {
				return;
			}
			this.givenUp = why;
			if (!this.toTheEnd) {
				cancelSource();
				sourceEnded(null);
			}
			this.arrived.forEach((message) -> message.complete = notSent(why));
			queueArrived();
			Set.copyOf(this.underWay).forEach(SendCall::cancel);
		});
	}

	private static Mono<SendRequest> notSent(String why) {
		return Mono.error(() -> new ContiguityException(why, Outcome.NOT_SENT));
	}

	/**
	 * Execute a task, or let the thread that is already executing tasks do it.
	 * @param task the task
	 */
	private void execute(Runnable task) {
		this.work.offer(task);
		if (this.amountOfWork.getAndIncrement() != 0) {
			return;
		}
		int doneWork = 1;
		do {
			for (Runnable next = this.work.poll(); next != null; next = this.work.poll()) {
				next.run();
			}
			deliver();
			doneWork = this.amountOfWork.addAndGet(-doneWork);
		}
		while (doneWork != 0);
	}

	private void sourceEnded(@Nullable Throwable failure) {
		if (!this.sourceEnded) {
			this.sourceEnded = true;
			this.sourceFailure = failure;
		}
	}

	private void cancelSource() {
		if (this.source != null && !this.sourceEnded) {
			this.source.cancel();
		}
	}

	private void take(SendRequest request) {
		// a shutdown waits for the messages that were read
		this.pipeline.delivery().inFlightSends().registerFollowUp();
		this.expected--;
		this.inHand++;
		Message message = new Message(request, this.taken++);
		this.arrived.add(message);
		if (this.givenUp != null) {
			message.complete = notSent(this.givenUp);
		}
		else {
			complete(message);
		}
		queueArrived();
	}

	private void complete(Message message) {
		Mono<SendRequest> complete;
		try {
			complete = this.pipeline.complete(message.given);
		}
		catch (Throwable ex) {
			message.complete = Mono.error(ex);
			return;
		}
		if (complete instanceof Callable<?> known) {
			try {
				message.complete = Mono.justOrEmpty((SendRequest) known.call());
			}
			catch (Throwable ex) {
				message.complete = Mono.error(ex);
			}
			return;
		}
		complete.contextWrite(this.context)
			.subscribe((request) -> completed(message, Mono.just(request)),
					(failure) -> completed(message, Mono.error(failure)), () -> completed(message, Mono.empty()));
	}

	private void completed(Message message, Mono<SendRequest> complete) {
		execute(() -> {
			if (message.complete == null) {
				message.complete = complete;
				queueArrived();
			}
		});
	}

	// in order, regardless of which line is known first
	private void queueArrived() {
		for (Message message = this.arrived.peek(); message != null
				&& message.complete != null; message = this.arrived.peek()) {
			this.arrived.remove();
			message.line = line(message);
			Message last = (message.line != null) ? this.lines.put(message.line, message) : null;
			if (last != null) {
				last.next = message;
			}
			else {
				start(message);
			}
		}
	}

	// if Contiguity chooses the line, only messages to the same recipient are ordered
	private static @Nullable String line(Message message) {
		SendRequest complete = null;
		try {
			complete = (message.complete instanceof Callable<?> known) ? (SendRequest) known.call() : null;
		}
		catch (Exception ex) {
			return null;
		}
		SendRequest request = (complete != null) ? complete : message.given;
		return (request.from() != null) ? request.from() : request.to();
	}

	private void start(Message message) {
		if (this.givenUp != null) {
			message.complete = notSent(this.givenUp);
		}
		BulkCall call = new BulkCall(message);
		message.call = call;
		this.underWay.add(call);
		call.request(1);
	}

	private void waitForSlot(Message message) {
		this.waitingForSlot.add(message);
		grantSlots();
	}

	private void grantSlots() {
		while (this.freeSlots > 0 && !this.waitingForSlot.isEmpty()) {
			Message message = this.waitingForSlot.remove();
			BulkCall call = message.call;
			if (call != null && !call.hasEnded()) {
				this.freeSlots--;
				message.hasSlot = true;
				call.attempt(new Attempt());
			}
		}
	}

	private void freeSlot(Message message) {
		if (message.hasSlot) {
			message.hasSlot = false;
			this.freeSlots++;
			grantSlots();
		}
	}

	private void ended(Message message, SendCall call) {
		this.underWay.remove(call);
		this.results.add(message);
		Message next = message.next;
		message.next = null;
		if (next != null) {
			start(next);
		}
		else if (message.line != null) {
			this.lines.remove(message.line);
		}
		if (call.attempts() == 0 && !this.pipeline.delivery().isRunning()) {
			this.refused++;
			stopAtShutdown();
		}
		this.pipeline.delivery().inFlightSends().deregister();
	}

	private void stopAtShutdown() {
		if (!this.toTheEnd) {
			cancelSource();
			sourceEnded(new ContiguityException("The application is shutting down: no more messages are sent",
					Outcome.NOT_SENT));
		}
	}

	private void deliver() {
		while (!this.results.isEmpty() && (this.demand > 0 || this.cancelled)) {
			Message message = this.results.remove();
			this.inHand--;
			if (!this.cancelled && message.call != null) {
				this.demand = (this.demand != Long.MAX_VALUE) ? this.demand - 1 : Long.MAX_VALUE;
				this.caller.onNext(message.call.result());
			}
			freeSlot(message);
		}
		askForMore();
		if (this.sourceEnded && this.inHand == 0 && !this.done) {
			end();
		}
	}

	private void askForMore() {
		int room = this.capacity - this.inHand - this.expected;
		// not one by one, because sources are often read in batches
		if (this.source != null && !this.sourceEnded && (this.demand > 0) && room > 0 && (room >= this.capacity / 4)) {
			this.expected += room;
			this.source.request(room);
		}
	}

	private void end() {
		this.done = true;
		if (this.refused > 0) {
			logger.warn("The application is shutting down: " + this.refused
					+ " messages of a sendAll were not sent. Each has its result and its event.");
		}
		if (this.cancelled) {
			return;
		}
		if (this.sourceFailure != null) {
			this.caller.onError(this.sourceFailure);
		}
		else {
			this.caller.onComplete();
		}
	}

	/**
	 * A message of the bulk.
	 */
	private static final class Message {

		private final SendRequest given;

		private final int place;

		/** The request with its line, or the failure, once it is known. */
		private @Nullable Mono<SendRequest> complete;

		private @Nullable String line;

		/** The next message of the line. */
		private @Nullable Message next;

		private @Nullable BulkCall call;

		private boolean hasSlot;

		Message(SendRequest given, int place) {
			this.given = given;
			this.place = place;
		}

	}

	/**
	 * A call that waits for its line without a limit, and then for a slot. Its timeout
	 * starts when it has both.
	 */
	private final class BulkCall extends SendCall {

		private final Message message;

		BulkCall(Message message) {
			super(Bulk.this.pipeline, message.given, null, Bulk.this.context, (call) -> {
				Bulk.this.whenEnded.accept(call, message.place);
				execute(() -> ended(message, call));
			});
			this.message = message;
		}

		@Override
		Mono<SendRequest> complete(SendRequest request) {
			return (this.message.complete != null) ? this.message.complete : super.complete(request);
		}

		@Override
		boolean waitsInLimits() {
			return false;
		}

		@Override
		void awaitTurn() {
			execute(() -> waitForSlot(this.message));
		}

		@Override
		ContiguityException settle(Throwable failure) {
			ContiguityException exception = super.settle(failure);
			execute(() -> freeSlot(this.message));
			return exception;
		}

	}

}

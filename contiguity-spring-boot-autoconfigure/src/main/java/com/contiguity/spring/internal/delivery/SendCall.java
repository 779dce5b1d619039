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

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A call that sends a message. Its steps are the defaults with the line, interceptors,
 * the wait for the line, the guard and the attempt, after which it waits again or ends.
 * It ends once, with a {@link SendResult}, and reports this once, even if a response and
 * a cancellation occur at the same time.
 *
 * @since 0.1.0
 */
public class SendCall extends Call<AcceptedMessage> implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(SendCall.class);

	private final SendPipeline pipeline;

	private final SendRequest given;

	private final @Nullable SendGuard guard;

	private final Consumer<SendCall> whenEnded;

	private final AtomicReference<Presence> presence = new AtomicReference<>(Presence.OUTSIDE);

	/** The request to send, as far as it is known. */
	private volatile SendRequest request;

	private volatile @Nullable Permit permit;

	private volatile @Nullable Interceptor interceptor;

	private volatile @Nullable SendResult result;

	private volatile Duration elapsed = Duration.ZERO;

	/**
	 * Create a call.
	 * @param pipeline the pipeline of the call
	 * @param request the request as given
	 * @param guard called before the only attempt, or {@code null} if there is none
	 * @param subscriber the context of the caller
	 * @param whenEnded called when the call has ended, on any thread; must
	 * {@linkplain #close() close} it
	 */
	SendCall(SendPipeline pipeline, SendRequest request, @Nullable SendGuard guard, Context subscriber,
			Consumer<SendCall> whenEnded) {
		super(pipeline.delivery(), Operation.SEND,
				(request.timeout() != null) ? request.timeout() : pipeline.delivery().timeout(), guard == null,
				subscriber);
		this.pipeline = pipeline;
		this.given = request;
		this.request = request;
		this.guard = guard;
		this.whenEnded = whenEnded;
	}

	@Override
	void begin() {
		if (!enter()) {
			fail(new ContiguityException("The application is shutting down: no more messages are sent",
					Outcome.NOT_SENT));
			return;
		}
		if (waitsInLimits() || this.guard != null || this.pipeline.interception() != null) {
			startDeadline();
		}
		Mono<SendRequest> complete = complete(this.given);
		if (complete instanceof Callable<?> known) {
			try {
				completed((SendRequest) known.call());
			}
			catch (Throwable ex) {
				fail(ex);
			}
			return;
		}
		await(complete, new Step<SendRequest>() {

			@Override
			void proceed(SendRequest request) {
				completed(request);
			}

		});
	}

	Mono<SendRequest> complete(SendRequest request) {
		return this.pipeline.complete(request);
	}

	private void completed(@Nullable SendRequest complete) {
		if (complete != null) {
			this.request = complete;
		}
		Interception interception = this.pipeline.interception();
		if (interception == null) {
			approach();
			return;
		}
		Interceptor interceptor = new Interceptor();
		this.interceptor = interceptor;
		await(interception.intercept(this.request, interceptor::proceed), interceptor);
	}

	/**
	 * Return whether the wait for the line is limited, and the timeout of this call
	 * includes it.
	 * @return whether it is; if not, the timeout starts with the first attempt
	 */
	boolean waitsInLimits() {
		return this.guard == null;
	}

	@Override
	void approach() {
		if (!waitsInLimits() && attempts() == 0) {
			stopDeadline();
		}
		LinePacer pacer = delivery().pacer();
		String line = this.request.from();
		// without a line, Contiguity chooses one at random, and there is nothing to pace
		if (pacer == null || line == null || Boolean.TRUE.equals(this.request.fastTrack())) {
			permitted();
			return;
		}
		long askedAt = now();
		await(pacer.acquire(line, maxWait()), new Step<Permit>() {

			@Override
			void proceed(Permit permit) {
				setPermit(permit);
				debug(() -> "waited %s ms for its line".formatted(Duration.ofNanos(now() - askedAt).toMillis()));
				delivery().monitor().lineWaited(pacer, line, Duration.ofNanos(now() - askedAt));
				permitted();
			}

			@Override
			void tooLate(Permit permit) {
				permit.giveBack();
			}

			// a pacer that returns no permit does not delay the send
			@Override
			void endedEmpty() {
				permitted();
			}

		});
	}

	private @Nullable Duration maxWait() {
		if (!waitsInLimits()) {
			return null;
		}
		Duration own = this.request.maxWait();
		Duration maxWait = (own != null) ? own : delivery().maxWait();
		Duration remaining = remaining();
		return (maxWait.compareTo(remaining) <= 0) ? maxWait : remaining;
	}

	private void setPermit(Permit permit) {
		this.permit = permit;
		// giving up sets the flag and then reads the permit, so that one of the two sees
		// the other
		if (isGivenUp()) {
			giveBackPermit();
		}
	}

	private void giveBackPermit() {
		Permit permit = this.permit;
		if (permit != null) {
			permit.giveBack();
		}
	}

	private void permitted() {
		SendGuard guard = this.guard;
		if (guard == null) {
			awaitTurn();
			return;
		}
		await(guard.open(this.request), new Step<SendWindow>() {

			@Override
			void proceed(SendWindow window) {
				attempt(new Attempt(window.nanoDeadline(), window.wallDeadline()));
			}

			@Override
			void endedEmpty() {
				failed(new ContiguityException("The message must not be sent now", Outcome.NOT_SENT));
			}

			@Override
			void failed(Throwable failure) {
				giveBackPermit();
				exhausted(failure);
			}

		});
	}

	/**
	 * Wait for a free slot.
	 */
	void awaitTurn() {
		attempt(new Attempt());
	}

	@Override
	void attempt(Attempt attempt) {
		if (!waitsInLimits() && attempts() == 0) {
			startDeadline();
		}
		super.attempt(attempt);
	}

	@Override
	final Mono<AcceptedMessage> exchange(Attempt attempt) {
		return this.pipeline.exchange(this.request, attempt);
	}

	@Override
	boolean giveUp() {
		boolean nothingLeft = super.giveUp();
		if (nothingLeft) {
			giveBackPermit();
		}
		return nothingLeft;
	}

	@Override
	ContiguityException settle(Throwable failure) {
		AttemptMade attempt = lastAttempt();
		boolean late = attempt != null && attempt.attempt().isLate();
		if (nothingLeft() || late) {
			giveBackPermit();
		}
		this.permit = null;
		return super.settle(
				(late) ? new ContiguityTransportException("The message was not sent because its permit came too late",
						Outcome.NOT_SENT, Phase.CONNECT, null) : failure);
	}

	@Override
	final @Nullable String reference() {
		return this.request.reference();
	}

	@Override
	final void received(AcceptedMessage response) {
		SendReceipt receipt = new SendReceipt(response.messageId(), this.request.to(), this.request.from(), attempts(),
				elapsed(), this.request.reference(), response.metadata());
		Interceptor interceptor = this.interceptor;
		if (interceptor != null) {
			interceptor.accepted(receipt);
		}
		else {
			succeed(receipt);
		}
	}

	private void succeed(SendReceipt receipt) {
		if (endWith(receipt, Masking.id(receipt.messageId()))) {
			ended(new SendResult.Accepted(this.given, receipt));
		}
	}

	@Override
	final void exhausted(Throwable failure) {
		Interceptor interceptor = this.interceptor;
		if (interceptor != null) {
			interceptor.refused(asSendFailure(failure));
		}
		else {
			fail(failure);
		}
	}

	@Override
	final void fail(Throwable failure) {
		ContiguityException exception = asSendFailure(failure);
		if (endWith(exception)) {
			ended(new SendResult.Failed(this.given, exception));
		}
	}

	private ContiguityException asSendFailure(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		if (exception.outcome() != Outcome.UNKNOWN || exception instanceof SendOutcomeUnknownException) {
			return exception;
		}
		AttemptMade attempt = lastAttempt();
		return (attempt != null)
				? new SendOutcomeUnknownException(this.request, this.request.from(), attempt.startedAt(),
						attempt.number(), exception)
				: new ContiguityException("Nothing was sent: " + exception.getMessage(), Outcome.NOT_SENT, exception);
	}

	private void ended(SendResult result) {
		remember(result);
		this.elapsed = elapsed();
		this.result = result;
		this.whenEnded.accept(this);
	}

	private void remember(SendResult result) {
		if (this.guard != null) {
			// the owner of the guard records the send itself, and no row must be
			// explained twice
			return;
		}
		AttemptMade attempt = lastAttempt();
		if (result instanceof SendResult.Accepted && attempt != null) {
			delivery().recentSends().accepted(this.request, attempt.startedAt());
		}
		else if (result instanceof SendResult.Failed failed
				&& failed.exception() instanceof SendOutcomeUnknownException unknown) {
			delivery().recentSends().unknown(unknown.unknownSend());
		}
	}

	@Override
	final void stopWaiting() {
		super.stopWaiting();
		Interceptor interceptor = this.interceptor;
		if (interceptor != null) {
			interceptor.cancel();
		}
	}

	@Override
	final Context context() {
		Interceptor interceptor = this.interceptor;
		return (interceptor != null) ? interceptor.context() : super.context();
	}

	/**
	 * Return the observation of the send.
	 * @return the observation
	 */
	@Override
	public final GuardedObservation observation() {
		return super.observation();
	}

	/**
	 * Return the result of the send.
	 * @return the result
	 */
	public final SendResult result() {
		SendResult result = this.result;
		if (result == null) {
			throw new IllegalStateException("The send has not ended");
		}
		return result;
	}

	/**
	 * Return the outcome of the send as an event.
	 * @return the event
	 */
	public final ImessageSendEvent event() {
		SendResult result = result();
		if (result instanceof SendResult.Accepted accepted) {
			return new ImessageSentEvent(delivery().account(), this.request, accepted.receipt());
		}
		ContiguityException exception = ((SendResult.Failed) result).exception();
		return (exception instanceof SendOutcomeUnknownException unknown)
				? new ImessageOutcomeUnknownEvent(delivery().account(), this.request, unknown, attempts(), this.elapsed)
				: new ImessageNotSentEvent(delivery().account(), this.request, exception, attempts(), this.elapsed);
	}

	private boolean enter() {
		if (!delivery().inFlightSends().register()) {
			return false;
		}
		if (!this.presence.compareAndSet(Presence.OUTSIDE, Presence.INSIDE)) {
			delivery().inFlightSends().deregister();
		}
		return true;
	}

	/**
	 * Close the send once the work that follows it is done, so that a shutdown no longer
	 * waits for it.
	 */
	@Override
	public final void close() {
		if (this.presence.getAndSet(Presence.GONE) == Presence.INSIDE) {
			delivery().inFlightSends().deregister();
		}
	}

	private enum Presence {

		OUTSIDE, INSIDE, GONE

	}

	/**
	 * The step that waits for the interceptors, which in turn wait for the rest of the
	 * chain.
	 */
	private final class Interceptor extends Step<SendReceipt> {

		private final AtomicBoolean proceeded = new AtomicBoolean();

		private volatile @Nullable CoreSubscriber<? super SendReceipt> proceeding;

		private volatile @Nullable SendReceipt receipt;

		private volatile @Nullable ContiguityException refusal;

		Mono<SendReceipt> proceed(SendRequest request) {
			return Mono.fromDirect((subscriber) -> {
				if (!this.proceeded.compareAndSet(false, true)) {
					Operators.error(subscriber,
							new IllegalStateException("An interceptor must not proceed more than once"));
					return;
				}
				SendCall.this.request = request;
				this.proceeding = Operators.toCoreSubscriber(subscriber);
				subscriber.onSubscribe(new Proceeding());
			});
		}

		void accepted(SendReceipt receipt) {
			this.receipt = receipt;
			CoreSubscriber<? super SendReceipt> proceeding = this.proceeding;
			if (proceeding != null) {
				proceeding.onNext(receipt);
				proceeding.onComplete();
			}
		}

		void refused(ContiguityException exception) {
			this.refusal = exception;
			CoreSubscriber<? super SendReceipt> proceeding = this.proceeding;
			if (proceeding != null) {
				proceeding.onError(exception);
			}
		}

		@Override
		void proceed(SendReceipt receipt) {
			SendReceipt accepted = this.receipt;
			if (accepted != null) {
				succeed(accepted);
			}
			else {
				failed(new IllegalStateException("An interceptor returned a receipt without proceeding"));
			}
		}

		@Override
		void endedEmpty() {
			failed(new IllegalStateException("An interceptor ended without a receipt"));
		}

		// interceptors cannot change the outcome of a message that was, or may have been,
		// accepted
		@Override
		void failed(Throwable failure) {
			SendReceipt receipt = this.receipt;
			if (receipt != null) {
				logger.warn("A SendInterceptor failed after the message was accepted; the result is not affected",
						MaskedFailure.of(failure));
				succeed(receipt);
				return;
			}
			ContiguityException refusal = this.refusal;
			if (refusal != null && refusal.outcome() != Outcome.NOT_SENT) {
				fail(refusal);
				return;
			}
			boolean nothingLeft = giveUp();
			ContiguityException exception = asContiguityException(failure);
			fail((nothingLeft || exception.outcome() == Outcome.UNKNOWN) ? exception : new ContiguityException(
					"The send was abandoned after its request was sent", Outcome.UNKNOWN, exception));
		}

		@Override
		public Context currentContext() {
			return SendCall.super.context();
		}

		Context context() {
			CoreSubscriber<? super SendReceipt> proceeding = this.proceeding;
			return (proceeding != null) ? proceeding.currentContext() : currentContext();
		}

	}

	/**
	 * The subscription of interceptors to the rest of the chain.
	 */
	private final class Proceeding implements Subscription {

		private final AtomicBoolean begun = new AtomicBoolean();

		@Override
		public void request(long n) {
			if (Operators.validate(n) && this.begun.compareAndSet(false, true)) {
				try {
					approach();
				}
				catch (Throwable ex) {
					exhausted(ex);
				}
			}
		}

		@Override
		public void cancel() {
			giveUp();
			SendCall.super.stopWaiting();
		}

	}

}

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

package com.example.messages.console;

import java.time.Instant;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.autoconfigure.ContiguityRetry;
import com.contiguity.spring.autoconfigure.ContiguityWebClientCustomizer;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.line.LinePacer;
import com.example.messages.console.Bubble.State;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Shows each send while it is under way. An interceptor sees that it begins, and the
 * pacer tells whether it waits for its line. Then a filter of the {@link WebClient} sees
 * each request that leaves, and a listener of retries sees each attempt that failed. Only
 * the interceptor is told of the message. It passes the message's id to the filter in the
 * Reactor context, and to the listener in the observation.
 */
@Component
@ContiguityRetry
class SendProgress implements SendInterceptor, ContiguityWebClientCustomizer, RetryListener {

	private final Chats chats;

	private final ObservationRegistry observations;

	private final ObjectProvider<LinePacer> pacer;

	private final double rate;

	SendProgress(Chats chats, ObservationRegistry observations, ObjectProvider<LinePacer> pacer,
			ContiguityProperties properties) {
		this.chats = chats;
		this.observations = observations;
		this.pacer = pacer;
		this.rate = properties.getPacing().getRate();
	}

	@Override
	public Mono<SendReceipt> intercept(SendRequest request, Chain chain) {
		SendRequest named = (request.reference() != null) ? request
				: request.mutate().reference(Chats.newId("bubble")).build();
		String id = String.valueOf(named.reference());
		return Mono.deferContextual((context) -> {
			Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			if (observation != null) {
				// for the listener of retries, which is not told of the message
				observation.getContext().put(SendProgress.class, id);
			}
			begins(id, named);
			return chain.proceed(named)
				// for the filter, which is not told of it either
				.contextWrite((inner) -> inner.put(SendProgress.class, id));
		});
	}

	private void begins(String id, SendRequest request) {
		Chat chat = this.chats.with(request.to());
		chat.goesOn(request.from());
		// the page has added its own messages already
		this.chats.add(chat, Bubble.sent(id, request.message(), request.attachments(), State.SENDING));
		Instant sendsAt = (!Boolean.TRUE.equals(request.fastTrack())) ? hasRoomAt(request.from()) : null;
		if (sendsAt != null) {
			this.chats.update(chat, id, (bubble) -> bubble.waits(sendsAt));
		}
	}

	private @Nullable Instant hasRoomAt(@Nullable String line) {
		LinePacer pacer = this.pacer.getIfAvailable();
		LinePacer.Load load = (pacer != null && line != null) ? pacer.load(line) : null;
		if (load == null || load.available() > 0) {
			return null;
		}
		return Instant.now().plusMillis((long) ((load.waiting() + 1) * 1000 / this.rate));
	}

	@Override
	public void customize(WebClient.Builder webClientBuilder) {
		webClientBuilder.filter((request, next) -> Mono.deferContextual((context) -> {
			context.<String>getOrEmpty(SendProgress.class).ifPresent(this::leaves);
			return next.exchange(request);
		}));
	}

	private void leaves(String id) {
		this.chats.update(id, (bubble) -> bubble.is(State.SENDING, bubble.detail()));
	}

	@Override
	public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
			Throwable failure) {
		Observation observation = this.observations.getCurrentObservation();
		if (observation != null && failure instanceof ContiguityException ex && ex.outcome() == Outcome.NOT_SENT) {
			@Nullable String id = observation.getContext().get(SendProgress.class);
			this.chats.update(id,
					(bubble) -> bubble.is(State.RETRYING, "attempt " + context.getRetryCount() + " failed"));
		}
	}

}

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

import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.LineDescriptor;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.autoconfigure.ContiguityRetry;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
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

/**
 * Shows each send as soon as it begins: the wait for its line, and attempts that failed.
 */
@Component
@ContiguityRetry
class SendProgress implements SendInterceptor, RetryListener {

	private final Chats chats;

	private final ObservationRegistry observations;

	// not at once: the endpoint needs the template, and the template this
	private final ObjectProvider<ContiguityEndpoint> endpoint;

	private final double rate;

	SendProgress(Chats chats, ObservationRegistry observations, ObjectProvider<ContiguityEndpoint> endpoint,
			ContiguityProperties properties) {
		this.chats = chats;
		this.observations = observations;
		this.endpoint = endpoint;
		this.rate = properties.getPacing().getRate();
	}

	@Override
	public Mono<SendReceipt> intercept(SendRequest request, Chain chain) {
		SendRequest named = (request.reference() != null) ? request
				: request.mutate().reference(Chats.newId("bubble")).build();
		return Mono.deferContextual((context) -> {
			Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			if (observation != null) {
				// for the listener of retries, which is not told of the message
				observation.getContext().put(SendProgress.class, String.valueOf(named.reference()));
			}
			show(named);
			return chain.proceed(named);
		});
	}

	private void show(SendRequest request) {
		Chat chat = this.chats.with(request.to());
		String id = String.valueOf(request.reference());
		Instant sendsAt = (Boolean.TRUE.equals(request.fastTrack())) ? null : lineHasRoomAt(request.from());
		if (chat.bubble(id) != null) {
			this.chats.update(chat, id, (bubble) -> bubble.waits(sendsAt));
		}
		else {
			this.chats.add(chat, Bubble.sending(id, request.message(), request.attachments(), sendsAt));
		}
	}

	private @Nullable Instant lineHasRoomAt(@Nullable String number) {
		ContiguityEndpoint endpoint = this.endpoint.getIfAvailable();
		if (endpoint == null || number == null) {
			return null;
		}
		return endpoint.contiguity()
			.accounts()
			.values()
			.stream()
			.flatMap((account) -> account.lines().stream())
			.filter((line) -> line.number().endsWith(number.substring(number.length() - 4)))
			.findFirst()
			.map(this::hasRoomAt)
			.orElse(null);
	}

	private @Nullable Instant hasRoomAt(LineDescriptor line) {
		if (line.available() == null || line.waiting() == null || line.available() > 0) {
			return null;
		}
		return Instant.now().plus(Duration.ofMillis((long) ((line.waiting() + 1) * 1000 / this.rate)));
	}

	@Override
	public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
			Throwable failure) {
		Observation observation = this.observations.getCurrentObservation();
		if (observation != null) {
			String id = observation.getContext().get(SendProgress.class);
			this.chats.update(id,
					(bubble) -> bubble.is(State.RETRYING, "attempt " + context.getRetryCount() + " failed"));
		}
	}

}

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

package com.contiguity.spring.docs;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxOptions;

import org.springframework.transaction.annotation.Transactional;

/**
 * Examples of docs/outbox.md.
 */
class OutboxExamples {

	private final ImessageOutbox outbox;

	private final Orders orders;

	OutboxExamples(ImessageOutbox outbox, Orders orders) {
		this.outbox = outbox;
		this.orders = orders;
	}

	// tag::enqueue[]
	@Transactional
	void ship(Order order) {
		this.orders.save(order);
		SendRequest request = SendRequest.to(order.phone()).message("Your order is on its way.").build();
		this.outbox.enqueue(request, OutboxOptions.key("order-" + order.id() + "-shipped"));
	}
	// end::enqueue[]

	/**
	 * Stores orders.
	 */
	interface Orders {

		void save(Order order);

	}

	/**
	 * An order.
	 *
	 * @param id its id
	 * @param phone the customer's number
	 */
	record Order(long id, String phone) {
	}

}

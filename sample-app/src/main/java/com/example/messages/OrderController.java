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

package com.example.messages;

import java.util.UUID;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxOptions;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes orders and confirms them by a message: both, or neither.
 */
@RestController
class OrderController {

	private final JdbcClient jdbc;

	private final ImessageOutbox outbox;

	OrderController(JdbcClient jdbc, ImessageOutbox outbox) {
		this.jdbc = jdbc;
		this.outbox = outbox;
	}

	@PostMapping("/orders")
	@ResponseStatus(HttpStatus.CREATED)
	@Transactional
	PlacedOrder place(@RequestBody NewOrder order) {
		String id = UUID.randomUUID().toString();
		SendRequest confirmation = SendRequest.to(order.customer())
			.message("Thank you for your order: " + order.item())
			.reference(id)
			.build();
		OutboxEntry entry = this.outbox.enqueue(confirmation, OutboxOptions.key("order-" + id));
		// an item that is too long fails here, and takes the message with it
		this.jdbc.sql("INSERT INTO CUSTOMER_ORDER (ID, ITEM) VALUES (?, ?)").params(id, order.item()).update();
		return new PlacedOrder(id, entry.id());
	}

	/**
	 * An order to be placed.
	 *
	 * @param customer the number of who orders
	 * @param item what is ordered, in at most 200 characters
	 */
	record NewOrder(String customer, String item) {
	}

	/**
	 * An order that was placed.
	 *
	 * @param id the id of the order
	 * @param entry the id of its confirmation in the outbox
	 */
	record PlacedOrder(String id, String entry) {
	}

}

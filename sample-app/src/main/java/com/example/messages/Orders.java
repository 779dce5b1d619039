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

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Stores orders and confirms them by a message, in one transaction: both, or neither.
 */
@Service
class Orders {

	private final JdbcClient jdbc;

	private final ImessageOutbox outbox;

	Orders(JdbcClient jdbc, ImessageOutbox outbox) {
		this.jdbc = jdbc;
		this.outbox = outbox;
	}

	@Transactional
	PlacedOrder place(String customer, String item) {
		String id = UUID.randomUUID().toString();
		SendRequest confirmation = SendRequest.to(customer)
			.message("Thank you for your order: " + item)
			.reference(id)
			.build();
		OutboxEntry entry = this.outbox.enqueue(confirmation, OutboxOptions.key("order-" + id));
		// an item that is too long fails here, and takes the message with it
		this.jdbc.sql("INSERT INTO CUSTOMER_ORDER (ID, ITEM) VALUES (?, ?)").params(id, item).update();
		return new PlacedOrder(id, entry.id());
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

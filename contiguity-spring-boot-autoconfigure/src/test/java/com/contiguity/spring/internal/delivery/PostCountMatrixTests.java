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

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.delivery.FaultServer.Script;
import com.contiguity.spring.internal.delivery.MatrixClient.Ending;
import com.contiguity.spring.internal.delivery.MatrixTable.Connection;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts the POST requests of one send at the server: for each fault, with each
 * transport, on a new and on a reused connection. The documentation contains the
 * resulting table.
 */
class PostCountMatrixTests {

	private static final Path TABLE = Path.of("target", "post-count-matrix.md");

	private static final Path DOCUMENTATION = Path.of("..", "docs", "delivery.md");

	private static final String TABLE_START = "<!-- post-count-matrix:start -->\n";

	private static final String TABLE_END = "<!-- post-count-matrix:end -->";

	private static final Duration LONG = Duration.ofSeconds(30);

	private final MatrixTable table = new MatrixTable();

	private SSLContext untrusted;

	@TestFactory
	Stream<DynamicNode> sendPostsOnce(@TempDir Path directory) throws Exception {
		this.untrusted = UntrustedCertificate.context(directory);
		List<DynamicNode> nodes = new ArrayList<>();
		for (Connector connector : Connector.values()) {
			nodes.add(DynamicContainer.dynamicContainer(connector.label(), cells(connector)));
		}
		nodes.add(DynamicTest.dynamicTest("The documentation has this table", this::documentationHasTable));
		return nodes.stream();
	}

	private Stream<DynamicTest> cells(Connector connector) {
		MatrixClient patient = new MatrixClient(connector, LONG, LONG);
		MatrixClient shortRead = new MatrixClient(connector, Duration.ofMillis(250), LONG);
		MatrixClient shortCall = new MatrixClient(connector, LONG, Duration.ofMillis(1000));
		List<DynamicTest> tests = new ArrayList<>();
		for (Fault fault : Fault.values()) {
			MatrixClient client = switch (fault) {
				case NO_ANSWER, STALLED_REFUSAL, STALLED_LIMIT -> shortRead;
				case SLOW_BODY, NO_ANSWER_UNTIL_DEADLINE -> shortCall;
				default -> patient;
			};
			for (Connection connection : Connection.values()) {
				if (connection == Connection.FRESH || !fault.needsFreshConnection()) {
					tests.add(DynamicTest.dynamicTest(
							fault.label() + ", " + connection.name().toLowerCase(Locale.ROOT) + " connection",
							() -> check(fault, connector, connection, client)));
				}
			}
		}
		return tests.stream();
	}

	private void check(Fault fault, Connector connector, Connection connection, MatrixClient client) {
		AtomicBoolean played = new AtomicBoolean();
		Script script = (exchange) -> {
			if (connection == Connection.REUSED && exchange.number() == 1 && !played.get()) {
				Fault.OK.script().play(exchange);
			}
			else {
				played.set(true);
				fault.script().play(exchange);
			}
		};
		try (FaultServer server = (fault == Fault.TLS_UNTRUSTED) ? FaultServer.startSecure(this.untrusted, script)
				: FaultServer.start(script)) {
			URI uri = (fault == Fault.TLS_PLAIN_PORT) ? server.uri("https") : server.uri();
			if (fault == Fault.REFUSED) {
				server.refuse();
			}
			int postsBefore = 0;
			Ending ending = client.send(uri);
			// a transport returns a connection to its pool at some later time: until the
			// server sees a reused connection, it responds normally
			for (int i = 0; connection == Connection.REUSED && !played.get(); i++) {
				assertThat(i).as("sends, and none on a connection that was used before").isLessThan(100);
				assertThat(ending.outcome()).isEqualTo(Outcome.ACCEPTED);
				postsBefore = server.posts();
				ending = client.send(uri);
			}
			int posts = server.posts() - postsBefore;
			this.table.add(fault, connector, connection, posts, ending.outcome());
			assertThat(ending.outcome()).as("outcome, with " + ending.exception()).isEqualTo(fault.outcome());
			int attempts = (fault.outcome() == Outcome.NOT_SENT) ? MatrixClient.MAX_RETRIES + 1 : 1;
			assertThat(posts).as("POSTs").isEqualTo((fault.isBeforeRequest()) ? 0 : attempts);
			assertThat(ending.attempts()).as("attempts").isEqualTo(attempts);
			if (fault.outcome() == Outcome.ACCEPTED) {
				assertThat(ending.exception()).isNull();
			}
			else {
				assertThat(ending.exception()).isExactlyInstanceOf(fault.exceptionType());
			}
			if (ending.exception() instanceof ContiguityApiException answer && answer.status() >= 400
					&& fault.isExplained()) {
				assertThat(answer.error()).as("what the API says").isEqualTo("Scripted");
			}
		}
	}

	private void documentationHasTable() throws IOException {
		String markdown = this.table.toMarkdown();
		Files.writeString(TABLE, markdown, StandardCharsets.UTF_8);
		String documentation = Files.readString(DOCUMENTATION, StandardCharsets.UTF_8);
		assertThat(documentation).contains(TABLE_START, TABLE_END);
		int start = documentation.indexOf(TABLE_START) + TABLE_START.length();
		assertThat(documentation.substring(start, documentation.indexOf(TABLE_END)).strip())
			.as("the table in docs/delivery.md; the new one is in " + TABLE)
			.isEqualTo(markdown.strip());
	}

}

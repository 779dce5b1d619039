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

package com.contiguity.spring.test;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.contiguity.spring.line.Line;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * The lines leased in a sandbox, and their representation in the API.
 */
final class SandboxLines {

	/**
	 * Hint on how to lease a line, appended to the rejection of a line that is not
	 * leased.
	 */
	static final String HOW_TO_LEASE = ". To lease it, use sandbox.lease(…) or @AutoConfigureContiguitySandbox(lines = …)";

	private static final double REPUTATION = 0.9;

	private static final Pattern NORTH_AMERICAN = Pattern.compile("\\+1(\\d{3})(\\d{3})(\\d{4})");

	private static final long LEASED_SINCE = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();

	private SandboxLines() {
	}

	static List<Line> defaults() {
		return List.of(line("+15550001001"), line("+15550001002"));
	}

	static Line line(String number) {
		return new Line(number, "", "active", REPUTATION, Set.of("imessage", "sms", "mms"));
	}

	static Line lineWithoutImessage(String number) {
		return new Line(number, "", "active", REPUTATION, Set.of("sms", "mms"));
	}

	static boolean sendsImessages(Line line) {
		return "active".equals(line.status()) && line.channels().contains("imessage");
	}

	// the values that the API always returns for a line
	static Line complete(Line line) {
		Assert.notNull(line.status(), "'status' must not be null");
		return (line.reputation() != null) ? line
				: new Line(line.number(), "", line.status(), REPUTATION, line.channels());
	}

	static ObjectNode describe(Line line) {
		ObjectNode node = JsonNodeFactory.instance.objectNode().put("id", line.number()).put("status", "leased");
		node.putObject("number").put("e164", line.number()).put("formatted", format(line.number()));
		node.putObject("location").put("country", "US").put("region", "FL").put("city", "Miami");
		node.put("carrier", "Contiguity");
		ArrayNode channels = node.putObject("capabilities").put("intl_sms", true).putArray("channels");
		new TreeSet<>(line.channels()).forEach(channels::add);
		node.putObject("health").put("reputation", line.reputation()).put("previous_owners", 0);
		node.putObject("data").put("e911_capable", true).putArray("requirements").add("imessage_entitlement_required");
		node.put("created_at", LEASED_SINCE);
		node.putObject("pricing").put("currency", "USD").put("upfront_fee", 2.99).put("monthly_rate", 19.99);
		node.put("lease_id", "lsd_" + line.number().substring(1));
		node.put("lease_status", line.status());
		node.putObject("billing")
			.put("method", "monthly")
			.putObject("period")
			.put("start", LEASED_SINCE)
			.putNull("end");
		return node;
	}

	private static String format(String number) {
		Matcher matcher = NORTH_AMERICAN.matcher(number);
		return (matcher.matches()) ? matcher.replaceFirst("+1 ($1) $2-$3") : number;
	}

}

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

package com.contiguity.spring.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ImessageTemplateBuilder}.
 */
class ImessageTemplateBuilderTests {

	private static final String LINE = "+15550001001";

	private static final String OTHER_LINE = "+15550001002";

	/** Parameters that may be null, as documented in their Javadoc. */
	private static final Set<String> NULLABLE = Set.of("fallback", "fastTrack", "linePacer", "eventPublisher",
			"observationConvention");

	@Test
	void aLineAndAPoolOfLinesExcludeEachOtherInAnyOrder() {
		assertThatIllegalStateException().isThrownBy(builder().from(LINE).lines(List.of(OTHER_LINE))::build)
			.withMessage("'from' and 'lines' must not both be set");
		assertThatIllegalStateException().isThrownBy(builder().lines(List.of(OTHER_LINE)).from(LINE)::build)
			.withMessage("'from' and 'lines' must not both be set");
	}

	@Test
	void leasedLinesExcludeConfiguredOnesInAnyOrder() {
		Duration interval = Duration.ofMinutes(10);
		assertThatIllegalStateException().isThrownBy(builder().leasedLines(interval).from(LINE)::build)
			.withMessage("'from' and 'leasedLines' must not both be set");
		assertThatIllegalStateException().isThrownBy(builder().lines(List.of(LINE)).leasedLines(interval)::build)
			.withMessage("'lines' and 'leasedLines' must not both be set");
	}

	@Test
	void aRateAndAPacerExcludeEachOtherInAnyOrder() {
		assertThatIllegalStateException().isThrownBy(builder().pacing(1, 5).linePacer(null)::build)
			.withMessage("'pacing' and 'linePacer' must not both be set");
		assertThatIllegalStateException().isThrownBy(builder().linePacer(null).pacing(1, 5)::build)
			.withMessage("'pacing' and 'linePacer' must not both be set");
	}

	@Test
	void thePoolIsTheSameInWhateverOrderItIsSet() {
		assertThat(lines(builder().lines(List.of(LINE)).token("contiguity_sk_2").lineSelector((selection) -> null)))
			.isEqualTo(lines(ImessageTemplate.builder()
				.lineSelector((selection) -> null)
				.lines(List.of(LINE))
				.token("contiguity_sk_2")))
			.containsExactly(LINE);
	}

	@Test
	void whatIsSetOnACopyTakesThePlaceOfWhatItWasStartedWith() {
		ImessageTemplateBuilder original = builder().lines(List.of(LINE)).pacing(1, 5);
		assertThat(lines(original.copy())).containsExactly(LINE);
		assertThat(lines(original.copy().from(OTHER_LINE).linePacer(null))).containsExactly(OTHER_LINE);
		assertThat(lines(original.copy().lines(List.of()))).isEmpty();
		assertThat(lines(original)).containsExactly(LINE);
	}

	@Test
	void aCopyDoesNotSeeWhatIsSetOnTheOriginalLater() {
		ImessageTemplateBuilder original = builder().from(LINE);
		ImessageTemplateBuilder copy = original.copy();
		original.from(OTHER_LINE);
		assertThat(lines(copy)).containsExactly(LINE);
	}

	@Test
	void aCopyWithATokenOfItsOwnHasNoLineOfTheFirstAccount() {
		ImessageTemplateBuilder original = builder().from(LINE).fallback(Fallback.always().from(LINE));
		ImessageTemplateBuilder second = original.copy().token("contiguity_sk_2");
		assertThat(lines(second)).isEmpty();
		assertThat(lines(second.copy())).isEmpty();
		assertThat(lines(original.copy().token("contiguity_sk_2").from(OTHER_LINE))).containsExactly(OTHER_LINE);
		assertThat(lines(original.copy().from(OTHER_LINE).token("contiguity_sk_2"))).containsExactly(OTHER_LINE);
	}

	@Test
	void aCopyWithATokenOfItsOwnFallsBackOnNoLineOfTheFirstAccount() {
		try (RecordingServer server = RecordingServer.start()) {
			server.otherwise(Reply.accepted("imsg_1"));
			ImessageTemplateBuilder original = builder().baseUrl(server.baseUrl())
				.fallback(Fallback.always().from(Canaries.LINE));
			original.copy().build().send(Canaries.RECIPIENT, "a");
			original.copy().token("contiguity_sk_2").build().send(Canaries.RECIPIENT, "a");
			original.copy()
				.fallback(Fallback.always().from(Canaries.LINE))
				.token("contiguity_sk_2")
				.build()
				.send(Canaries.RECIPIENT, "a");
			assertThat(server.requests()).extracting((request) -> request.bodyText().contains(Canaries.LINE))
				.containsExactly(true, false, true);
			assertThat(server.requests().get(1).bodyText()).contains("fallback");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "two words", "+15550001001", "-a",
			"a123456789012345678901234567890123456789012345678901234567890123" })
	void theNameOfAnAccountIsShortAndSimple(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().account(name)).withMessageContaining("account");
	}

	@Test
	void aTemplateHasTheNameOfItsAccount() {
		assertThat(account(builder()).delivery().account()).isEqualTo("default");
		assertThat(account(builder().account("support")).delivery().account()).isEqualTo("support");
	}

	static List<Method> settings() {
		return Arrays.stream(ImessageTemplateBuilder.class.getMethods())
			.filter((method) -> method.getReturnType() == ImessageTemplateBuilder.class
					&& !Modifier.isStatic(method.getModifiers()))
			.filter((method) -> Arrays.stream(method.getParameterTypes()).anyMatch((type) -> !type.isPrimitive()))
			.filter((method) -> !NULLABLE.contains(method.getName()))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("settings")
	void rejectsNull(Method setting) {
		Object[] nothing = Arrays.stream(setting.getParameterTypes()).map((type) -> null).toArray();
		assertThatIllegalArgumentException().isThrownBy(() -> {
			try {
				setting.invoke(builder(), nothing);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}).withMessageStartingWith("'");
	}

	@Test
	void rejectsListsWithNull() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().retryListeners(Collections.singletonList(null)))
			.withMessageContaining("'retryListeners'");
		assertThatIllegalArgumentException().isThrownBy(() -> builder().lines(Collections.singletonList(null)))
			.withMessageContaining("'lines[0]'");
	}

	private static List<String> lines(ImessageTemplateBuilder builder) {
		return account(builder).linePool().lines().stream().map(Line::number).toList();
	}

	private static Account account(ImessageTemplateBuilder builder) {
		Account account = builder.buildReactive().unwrap(Account.class);
		assertThat(account).isNotNull();
		return account;
	}

	private static ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder().token("contiguity_sk_1");
	}

}

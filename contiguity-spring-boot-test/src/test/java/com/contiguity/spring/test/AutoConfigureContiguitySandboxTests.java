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

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.AccountStatus.Verdict;
import com.contiguity.spring.line.Line;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.support.AnnotationSupport;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.then;

/**
 * Tests for {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox}.
 */
class AutoConfigureContiguitySandboxTests {

	private static final String BOB = "+15551234567";

	@Test
	void fiftyClassesWithTheSameConfigurationShareOneSandbox() throws Exception {
		Set<ContiguitySandbox> sandboxes = new HashSet<>();
		Set<String> baseUrls = new HashSet<>();
		for (int i = 0; i < 50; i++) {
			Base test = runBefore("Same" + i, Base.class);
			sandboxes.add(test.sandbox);
			baseUrls.add(test.sandbox.baseUrl());
		}
		assertThat(sandboxes).hasSize(1);
		assertThat(baseUrls).hasSize(1);
	}

	@Test
	void classesWithOtherAttributesHaveAnotherSandbox() throws Exception {
		List<ContiguitySandbox> sandboxes = new ArrayList<>();
		sandboxes.add(runBefore("First", Base.class).sandbox);
		sandboxes.add(runBefore("Limited", Limited.class).sandbox);
		sandboxes.add(runBefore("OtherLines", OtherLines.class).sandbox);
		sandboxes.add(runBefore("OtherLinesAgain", OtherLines.class).sandbox);
		assertThat(new HashSet<>(sandboxes)).hasSize(3);
		assertThat(sandboxes.get(2).lines()).singleElement()
			.satisfies((line) -> assertThat(line.number()).isEqualTo("+15550009001"));
	}

	@Test
	void sandboxStopsWithItsContext() throws Exception {
		OtherLines test = runBefore("Stopped", OtherLines.class);
		((ConfigurableApplicationContext) test.context).close();
		SandboxCaller caller = new SandboxCaller(test.sandbox);
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> caller.get("/numbers/leased"));
	}

	@Test
	void customizersAreEqualIfTheirSandboxesWouldBe() {
		SandboxContextCustomizer customizer = new SandboxContextCustomizer(true, List.of("+15550009001"));
		assertThat(customizer).isEqualTo(new SandboxContextCustomizer(true, List.of("+15550009001")))
			.hasSameHashCodeAs(new SandboxContextCustomizer(true, List.of("+15550009001")))
			.isNotEqualTo(new SandboxContextCustomizer(false, List.of("+15550009001")))
			.isNotEqualTo(new SandboxContextCustomizer(true, List.of("+15550009002")));
	}

	@ParameterizedTest
	@ValueSource(classes = { Base.class, Inherited.class, Slice.class, WithoutAnyConfiguration.class })
	void classesDoNotRunNextToEachOther(Class<?> testClass) {
		assertThat(AnnotationSupport.findRepeatableAnnotations(testClass, ResourceLock.class)).singleElement()
			.satisfies((lock) -> {
				assertThat(lock.value()).isEqualTo(ContiguitySandbox.class.getName());
				assertThat(lock.mode()).isEqualTo(ResourceAccessMode.READ_WRITE);
			});
	}

	private static <T> T runBefore(String name, Class<T> superclass) throws Exception {
		Class<? extends T> testClass = new ByteBuddy().subclass(superclass)
			.name(AutoConfigureContiguitySandboxTests.class.getPackageName() + "." + name)
			.make()
			.load(superclass.getClassLoader(), ClassLoadingStrategy.Default.INJECTION)
			.getLoaded();
		T test = testClass.getDeclaredConstructor().newInstance();
		TestContextManager manager = new TestContextManager(testClass);
		manager.beforeTestClass();
		manager.prepareTestInstance(test);
		manager.beforeTestMethod(test, Object.class.getMethod("toString"));
		return test;
	}

	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	static class Base {

		@Autowired
		ContiguitySandbox sandbox;

	}

	static class Inherited extends Base {

	}

	@ContiguityTest
	static class Slice {

	}

	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox(rateLimit = true)
	static class Limited {

		@Autowired
		ContiguitySandbox sandbox;

	}

	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox(lines = "+15550009001")
	static class OtherLines {

		@Autowired
		ApplicationContext context;

		@Autowired
		ContiguitySandbox sandbox;

	}

	@Nested
	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	class WithoutAnyConfiguration {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

		@BeforeEach
		void sendBeforeTheTest() {
			this.template.send(BOB, "Before");
		}

		@Test
		@Order(1)
		void applicationTalksToTheSandboxFromADefaultLine() {
			assertThat(this.template.send(BOB, "Hello").from()).isEqualTo("+15550001001");
			assertThat(this.sandbox.messages()).extracting(SandboxMessage::text).containsExactly("Before", "Hello");
		}

		@Test
		@Order(2)
		void sandboxIsClearBeforeEachTestAndWhatPreparesIt() {
			assertThat(this.sandbox.messages()).extracting(SandboxMessage::text).containsExactly("Before");
		}

		@Test
		@Order(3)
		void nothingIsHeldBack() {
			Duration elapsed = Duration.ZERO;
			for (int i = 0; i < 20; i++) {
				elapsed = elapsed.plus(this.template.send(BOB, "Hello").elapsed());
			}
			// with pacing, it would be fifteen seconds
			assertThat(elapsed).isLessThan(Duration.ofSeconds(10));
		}

		@Nested
		class Inner {

			@Test
			void nestedClassesHaveTheSandboxToo(@Autowired ContiguitySandbox injected) {
				assertThat(injected).isSameAs(WithoutAnyConfiguration.this.sandbox);
				assertThat(injected.messages()).hasSize(1);
			}

		}

	}

	@Nested
	@SpringBootTest(classes = { Application.class, PrimaryConnectionDetails.class })
	@AutoConfigureContiguitySandbox
	class WithPrimaryConnectionDetails {

		@Test
		void sandboxWins(@Autowired ImessageTemplate template, @Autowired ContiguitySandbox sandbox) {
			assertThat(template.send(BOB, "Hello").attempts()).isEqualTo(1);
			assertThat(sandbox.messages()).hasSize(1);
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class,
			properties = { "contiguity.lines=+15557770001,+15557770002", "contiguity.fallback.from=+15557770003",
					"contiguity.fallback.when=imessage-unsupported" })
	@AutoConfigureContiguitySandbox
	class WithLinesOfItsOwn {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

		@Test
		void linesAreLeased() {
			for (String line : List.of("+15557770001", "+15557770002")) {
				assertThat(this.template.send(SendRequest.to(BOB).from(line).message("Hello").build()).from())
					.isEqualTo(line);
			}
			assertThat(this.template.send(BOB, "Hello").from()).startsWith("+1555777000");
		}

		@Test
		void fallbackIsSentByTheLineForIt() {
			this.template.send("+15005550001", "Hello");
			assertThat(this.sandbox.messages()).singleElement()
				.extracting(SandboxMessage::delivery)
				.isEqualTo(SandboxMessage.Delivery.SMS);
		}

		@Test
		void linesOfTheFallbackAloneSendNoImessages() {
			assertThat(this.sandbox.lines()).filteredOn((line) -> !SandboxLines.sendsImessages(line))
				.containsExactly(new Line("+15557770003", "", "active", 0.9, Set.of("sms", "mms")));
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "contiguity.from=+15557770001")
	@AutoConfigureContiguitySandbox(lines = "+15550009001")
	class WithALineThatIsNotLeased {

		@Test
		void sendIsRefused(@Autowired ImessageTemplate template) {
			assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> template.send(BOB, "Hello"))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400))
				.withMessageContaining("@AutoConfigureContiguitySandbox(lines = …)");
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	class WithANewContextForAMethod {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

		@Test
		@Order(1)
		void first() {
			this.template.send(BOB, "Hello");
		}

		@Test
		@Order(2)
		@DirtiesContext(methodMode = DirtiesContext.MethodMode.BEFORE_METHOD)
		void itsSandboxIsTheOneThatIsCleared() {
			assertThat(this.sandbox.messages()).isEmpty();
			assertThat(this.template.send(BOB, "Hello").attempts()).isEqualTo(1);
			assertThat(this.sandbox.messages()).hasSize(1);
		}

	}

	@Nested
	@SpringBootTest(classes = { Application.class, OwnConnectionDetails.class },
			properties = { "contiguity.base-url=http://localhost:1", "contiguity.token=contiguity_sk_other",
					"contiguity.from=+15550001002", "contiguity.pacing.burst=7" })
	@AutoConfigureContiguitySandbox(rateLimit = true)
	@DirtiesContext
	class WithAConfiguration {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

		@Autowired
		ContiguityProperties properties;

		@Test
		void sandboxWinsOverPropertiesAndOtherConnectionDetails() {
			assertThat(this.template.send(BOB, "Hello").attempts()).isEqualTo(1);
			assertThat(this.sandbox.messages()).hasSize(1);
		}

		@Test
		void lineAndPacingAreTheApplications() {
			assertThat(this.template.send(BOB, "Hello").from()).isEqualTo("+15550001002");
			assertThat(this.properties.getPacing().isEnabled()).isTrue();
			assertThat(this.properties.getPacing().getBurst()).isEqualTo(7);
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "contiguity.leased-lines.enabled=true")
	@AutoConfigureContiguitySandbox
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	class WithLeasedLines {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

		private static CompletableFuture<SendReceipt> leftBehind;

		@Test
		@Order(1)
		void noDefaultLineIsSet(@Autowired ContiguityProperties properties) {
			assertThat(properties.getFrom()).isNull();
			assertThat(this.template.send(BOB, "Hello").from()).startsWith("+1555000100");
		}

		@Test
		@Order(2)
		void linesAreReadAgainInEachTest() {
			this.sandbox.lease(SandboxLines.line("+15550009009"));
			assertThat(this.template.send(BOB, "Hello").from()).isEqualTo("+15550009009");
		}

		@Test
		@Order(3)
		void linesOfThePreviousTestAreDiscarded() {
			assertThat(this.template.send(BOB, "Hello").from()).startsWith("+1555000100");
		}

		@Test
		@Order(4)
		void leavesASendBehind() {
			this.sandbox.nextSend(Fault.late(Duration.ofMillis(300)));
			leftBehind = this.template.sendAsync(SendRequest.to(BOB).message("Left behind").build());
			Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.sandbox.messages().isEmpty());
		}

		@Test
		@Order(5)
		void workOfThePreviousTestHasEnded() {
			assertThat(leftBehind).isDone();
			assertThat(this.sandbox.messages()).isEmpty();
			assertThat(this.template.send(BOB, "Hello").attempts()).isEqualTo(1);
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "contiguity.retry.initial-interval=1ms")
	@AutoConfigureContiguitySandbox(rateLimit = true)
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	class WithWhatCallsHaveTaught {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ReactiveImessageTemplate template;

		@RepeatedTest(3)
		@Order(1)
		void lineIsRested() {
			assertThat(this.template.unwrap(Account.class)
				.delivery()
				.load(SandboxLines.defaults().get(0).number())
				.available()).isEqualTo(5);
			for (int i = 0; i < 5; i++) {
				this.template.send(BOB, "Hello").block(Duration.ofSeconds(30));
			}
		}

		@Test
		void furtherAccountsAreTaken(@Autowired ImessageTemplateBuilder builder) {
			try (ImessageTemplate marketing = builder.token("contiguity_sk_marketing").build()) {
				marketing.send(BOB, "Hello");
			}
			assertThat(this.sandbox.messages()).hasSize(1);
		}

		@RepeatedTest(2)
		@Order(2)
		void retryBudgetIsFullAndTheAccountIsWell() {
			assertThat(this.template.unwrap(Account.class).delivery().retryBudget()).isEqualTo(500);
			assertThat(verdict()).isNotEqualTo(Verdict.REFUSED);
			this.sandbox.next(Fault.status(500), Fault.status(401));
			assertThatExceptionOfType(AuthenticationFailedException.class)
				.isThrownBy(() -> this.template.availability(BOB).block(Duration.ofSeconds(30)));
			assertThat(this.template.unwrap(Account.class).delivery().retryBudget()).isLessThan(500);
			assertThat(verdict()).isEqualTo(Verdict.REFUSED);
		}

		private Verdict verdict() {
			return this.template.unwrap(Account.class)
				.delivery()
				.statistics()
				.status()
				.check(Mono.error(new ContiguityException("No answer", Outcome.NOT_SENT)), Duration.ofMinutes(5))
				.block(Duration.ofSeconds(30))
				.verdict();
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	class WithSpies {

		@MockitoSpyBean
		ImessageTemplate template;

		@MockitoSpyBean
		ReactiveImessageTemplate reactive;

		@Test
		@Order(1)
		void seeWhatTheApplicationDoes() {
			this.template.send(BOB, "Hello");
			then(this.template).should().send(BOB, "Hello");
		}

		@Test
		@Order(2)
		void doNotSeeWhatHappensBetweenTests() {
			then(this.template).shouldHaveNoInteractions();
			then(this.reactive).shouldHaveNoInteractions();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ContiguityAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryConnectionDetails {

		@Bean
		@Primary
		ContiguityConnectionDetails primaryConnectionDetails() {
			return new OwnConnectionDetails().ownConnectionDetails();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConnectionDetails {

		@Bean
		ContiguityConnectionDetails ownConnectionDetails() {
			return new ContiguityConnectionDetails() {

				@Override
				public String getBaseUrl() {
					return "http://localhost:1";
				}

				@Override
				public String getToken() {
					return "contiguity_sk_own";
				}

			};
		}

	}

}

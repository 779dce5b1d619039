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

package com.contiguity.spring.internal.outbox;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.outbox.autoconfigure.ContiguityRedisPacingStoreAutoConfiguration;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications that are to keep the pace in Redis, without a Redis.
 */
class RedisPacingStoreTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class, DataRedisAutoConfiguration.class,
				ContiguityRedisPacingStoreAutoConfiguration.class))
		.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.from=" + StubContiguity.LINE,
				"contiguity.pacing.store=redis", "spring.data.redis.port=1");

	@Test
	void startsWhileRedisIsDownAndSendsNothing() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(SharedLinePacer.class);
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> context.getBean(ImessageTemplate.class).send("+12065550400", "Hello"))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.NOT_SENT))
				.withMessageContaining("contiguity.pacing.store");
		});
	}

	@Test
	void aLibraryThatIsMissingIsNamed() {
		this.runner.withClassLoader(new FilteredClassLoader(Bucket4jLettuce.class))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("contiguity.pacing.store")
				.hasStackTraceContaining("It needs com.bucket4j:bucket4j_jdk17-lettuce on the class path."));
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.data.redis",
					"org.springframework.boot.data.redis", "io.github.bucket4j.redis"))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("It needs com.bucket4j:bucket4j_jdk17-lettuce and "
						+ "org.springframework.boot:spring-boot-starter-data-redis on the class path."));
	}

	@Test
	void withoutAConnectionOfLettuceTheStartFailsAndSaysSo() {
		this.runner.withPropertyValues("spring.data.redis.client-type=jedis")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("contiguity.pacing.store")
				.hasStackTraceContaining("It needs a LettuceConnectionFactory bean."));
	}

	@Test
	void thereIsNoneWherePacingIsOffOrLocal() {
		this.runner.withPropertyValues("contiguity.pacing.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LinePacer.class)
				.doesNotHaveBean(RedisBuckets.class));
		this.runner.withPropertyValues("contiguity.pacing.store=local")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SharedLinePacer.class)
				.doesNotHaveBean(RedisBuckets.class));
	}

	@Test
	void anApplicationKeepsAPacerOfItsOwn() {
		this.runner.withBean(LinePacer.class, () -> new TokenBucketLinePacer(1, 1, Schedulers.parallel()))
			.run((context) -> assertThat(context).doesNotHaveBean(SharedLinePacer.class)
				.doesNotHaveBean(RedisBuckets.class));
	}

}

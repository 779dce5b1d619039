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

import java.util.List;

import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * A pace that is kept in Redis, on machines that have a container engine. On one JDK
 * only, for it takes a while.
 */
@EnabledOnJre(JRE.JAVA_17)
@Testcontainers(disabledWithoutDocker = true)
class RedisPacingCrashTests extends AbstractPacingCrashTests {

	@Container
	private static final TestRedis redis = new TestRedis();

	@Override
	List<String> store() {
		return List.of("--contiguity.pacing.store=redis", "--spring.data.redis.host=" + redis.getHost(),
				"--spring.data.redis.port=" + redis.port());
	}

}

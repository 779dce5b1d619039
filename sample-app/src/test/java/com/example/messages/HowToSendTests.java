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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HowToSend}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HowToSendTests {

	@Test
	void tellsTheAddressToSendTo(CapturedOutput output) {
		try (ConfigurableApplicationContext context = SpringApplication.run(MessagesApplication.class,
				"--server.port=0")) {
			String port = context.getEnvironment().getProperty("local.server.port");
			assertThat(output).containsOnlyOnce("Send a message: curl ")
				.contains("Open http://localhost:" + port + "/", "http://localhost:" + port + "/messages");
		}
	}

}

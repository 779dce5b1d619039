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

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import com.contiguity.spring.test.ContiguitySandbox;
import com.example.sandbox.Phone;
import com.example.sandbox.PhoneController;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;

/**
 * Starts a Contiguity inside this application, so that it runs without an account. The
 * connection details win over all properties.
 */
@Configuration(proxyBeanMethods = false)
@Profile("sandbox")
@Import({ Phone.class, PhoneController.class })
class SandboxConfiguration {

	@Bean
	ContiguitySandbox contiguitySandbox() {
		return ContiguitySandbox.start();
	}

	@Bean
	ContiguityConnectionDetails contiguityConnectionDetails(ContiguitySandbox sandbox) {
		return new ContiguityConnectionDetails() {

			@Override
			public String getBaseUrl() {
				return sandbox.baseUrl();
			}

			@Override
			public String getToken() {
				return sandbox.token();
			}

		};
	}

}

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

package com.example.page;

import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HostFilter}.
 */
class HostFilterTests {

	private final HostFilter filter = new HostFilter(Set.of("Messages.example.com"));

	@ParameterizedTest
	@CsvSource({ "localhost, 200", "LOCALHOST:8080, 200", "127.0.0.1:8080, 200", "[::1]:8080, 200",
			"messages.example.com, 200", "example.com:8080, 421", "localhost.example.com, 421", "127.0.0.1.nip.io, 421",
			"localhost., 421", "0.0.0.0, 421", "[::], 421" })
	void onlyTheNamesOfThisMachineAreAnswered(String host, int status) throws Exception {
		assertThat(answer(host)).isEqualTo(status);
	}

	private int answer(String host) throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
		request.addHeader("Host", host);
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, new MockFilterChain());
		return response.getStatus();
	}

}

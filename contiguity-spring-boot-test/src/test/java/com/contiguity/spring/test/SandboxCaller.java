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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls a sandbox over real sockets, without the library.
 */
final class SandboxCaller {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ContiguitySandbox sandbox;

	SandboxCaller(ContiguitySandbox sandbox) {
		this.sandbox = sandbox;
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.sandbox.baseUrl() + path))
			.timeout(Duration.ofSeconds(20))
			.header("Authorization", "Token " + this.sandbox.token());
	}

	Answer post(String path, String json) throws Exception {
		return call(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
	}

	Answer send(String json) throws Exception {
		return post("/send/imessage", json);
	}

	Answer get(String path) throws Exception {
		return call(request(path).GET());
	}

	Answer call(HttpRequest.Builder request) throws IOException, InterruptedException {
		HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		return new Answer(response, JsonMapper.shared().readTree(response.body()));
	}

	record Answer(HttpResponse<String> response, JsonNode json) {

		int status() {
			return this.response.statusCode();
		}

		JsonNode data() {
			assertThat(this.status()).as(this.response.body()).isEqualTo(200);
			assertThat(this.json.propertyNames()).containsExactlyInAnyOrder("id", "timestamp", "api_version", "object",
					"data");
			assertThat(this.json.get("id").asString()).startsWith("req_");
			assertThat(this.json.get("timestamp").isIntegralNumber()).isTrue();
			assertThat(this.json.get("api_version").asString()).isEqualTo("v2026.8.2");
			assertThat(this.json.get("object").asString()).isEqualTo("response");
			return this.json.get("data");
		}

		String error(int status) {
			assertThat(this.status()).as(this.response.body()).isEqualTo(status);
			assertThat(this.json.propertyNames()).containsExactlyInAnyOrder("id", "timestamp", "api_version", "object",
					"data");
			assertThat(this.json.get("id").asString()).startsWith("err_");
			assertThat(this.json.get("object").asString()).isEqualTo("error");
			assertThat(this.json.at("/data/status").asInt()).isEqualTo(status);
			return this.json.at("/data/error").asString();
		}

	}

}

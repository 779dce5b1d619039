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

package com.contiguity.spring.autoconfigure.webhook;

import java.io.IOException;
import java.util.List;

import com.contiguity.spring.testsupport.LogRecorder;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests on the wire for Spring MVC.
 */
abstract class AbstractServletWebhookTests extends AbstractWebhookServerTests {

	abstract Class<?> serverAutoConfiguration();

	@Override
	ConfigurableApplicationContext createContext() {
		return new AnnotationConfigServletWebServerApplicationContext();
	}

	@Override
	List<Class<?>> server() {
		return List.of(serverAutoConfiguration(), DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class,
				HttpMessageConvertersAutoConfiguration.class, MultipartAutoConfiguration.class);
	}

	@Override
	Class<?> catchAll() {
		return CatchAll.class;
	}

	@Override
	Class<?> holdsUpAnswers() {
		return HoldsUpAnswers.class;
	}

	@Override
	String contextPathProperty() {
		return "server.servlet.context-path";
	}

	@Test
	void comesBeforeARouteThatCatchesAll() throws Exception {
		start(List.of(CatchAllRoute.class));
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(post("/other", body)).isEqualTo(410);
	}

	@Test
	void logsNoErrorForAnyContentType() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 10; i++) {
				assertThat(post(body, "Content-Type: multipart/form-data")).isEqualTo(401);
			}
			assertThat(post(body, signature(body), "Content-Type: multipart/form-data")).isEqualTo(200);
			assertThat(logs.problems()).singleElement().asString().contains("Webhooks refused");
		}
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void closesTheConnectionToWhoSendsOnAndOn() throws Exception {
		start();
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post("/contiguity/webhook", "Content-Length: " + 128 * MEGABYTE.length);
			assertThatIOException().isThrownBy(() -> {
				for (int i = 0; i < 128; i++) {
					exchange.write(MEGABYTE);
				}
			});
		}
	}

	@Test
	void worksBesideSpringSecurityAsDocumented() throws Exception {
		Listener listener = start(List.of(Secured.class, SecurityAutoConfiguration.class,
				ServletWebSecurityAutoConfiguration.class, SecurityFilterAutoConfiguration.class));
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(post("/other", body, signature(body))).isEqualTo(403);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@RestController
	static class CatchAll {

		@RequestMapping("/**")
		@ResponseStatus(HttpStatus.GONE)
		void all() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HoldsUpAnswers {

		@Bean
		AnswersHeldUp answersHeldUp() {
			return new AnswersHeldUp();
		}

		@Bean
		Filter holdUpAnswers(AnswersHeldUp answers) {
			return (request, response, chain) -> chain.doFilter(request,
					new HttpServletResponseWrapper((HttpServletResponse) response) {

						@Override
						public void flushBuffer() throws IOException {
							answers.holdUp();
							super.flushBuffer();
						}

					});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CatchAllRoute {

		@Bean
		RouterFunction<ServerResponse> catchAll() {
			return RouterFunctions.route(RequestPredicates.all(),
					(request) -> ServerResponse.status(HttpStatus.GONE).build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Secured {

		@Bean
		SecurityFilterChain securityFilterChain(HttpSecurity http) throws Exception {
			http.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.POST, "/contiguity/webhook")
				.permitAll()
				.anyRequest()
				.authenticated());
			http.csrf((csrf) -> csrf.ignoringRequestMatchers("/contiguity/webhook"));
			return http.build();
		}

	}

}

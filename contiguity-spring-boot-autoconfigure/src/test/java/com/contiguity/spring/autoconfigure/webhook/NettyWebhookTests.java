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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.webhook.WebhookEventStore;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CsrfWebFilter;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the receiver on Netty.
 */
class NettyWebhookTests extends AbstractWebhookServerTests {

	@Override
	ConfigurableApplicationContext createContext() {
		AnnotationConfigReactiveWebServerApplicationContext context = new AnnotationConfigReactiveWebServerApplicationContext();
		context.register(QuickEnd.class);
		return context;
	}

	@Override
	List<Class<?>> server() {
		return List.of(NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				WebFluxAutoConfiguration.class, CodecsAutoConfiguration.class);
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
		return "spring.webflux.base-path";
	}

	@Override
	List<String> serverLoggers() {
		return List.of("io.netty", "reactor.netty");
	}

	@Test
	void discardsBodiesThatAreTooLarge() throws Exception {
		start();
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post("/contiguity/webhook", signature(MEGABYTE), "Content-Length: " + 128 * MEGABYTE.length);
			for (int i = 0; i < 128; i++) {
				exchange.write(MEGABYTE);
			}
			assertThat(exchange.status()).isEqualTo(413);
			assertThat(exchange.request("GET", "/other").status()).isEqualTo(404);
		}
	}

	@Test
	void worksBesideSpringSecurityAsDocumented() throws Exception {
		Listener listener = start(List.of(Secured.class, ReactiveWebSecurityAutoConfiguration.class));
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(post("/other", body, signature(body))).isEqualTo(403);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void handlesEventsOfClientsThatDisconnect() throws Exception {
		Listener listener = start(List.of(SlowStore.class));
		SlowStore.Store store = context().getBean(SlowStore.Store.class);
		byte[] body = incoming("evt_1");
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post("/contiguity/webhook", signature(body), "Content-Length: " + body.length).write(body);
			assertThat(store.claiming.await(60, TimeUnit.SECONDS)).isTrue();
		}
		// the server has noticed the disconnect and cancelled the request
		assertThat(store.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
		store.goOn.countDown();
		assertThat(listener.next().id()).isEqualTo("evt_1");
		assertThat(store.interrupted).isFalse();
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(listener.events).isEmpty();
	}

	@RestController
	static class CatchAll {

		@RequestMapping("/**")
		@ResponseStatus(HttpStatus.GONE)
		Mono<Void> all() {
			return Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QuickEnd {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HoldsUpAnswers {

		@Bean
		AnswersHeldUp answersHeldUp() {
			return new AnswersHeldUp();
		}

		@Bean
		WebFilter holdUpAnswers(AnswersHeldUp answers) {
			return (exchange, chain) -> {
				exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(answers::holdUp));
				return chain.filter(exchange);
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowStore {

		@Bean
		Store store() {
			return new Store();
		}

		@Bean
		WebFilter noticeCancellation(Store store) {
			return (exchange, chain) -> chain.filter(exchange).doFinally((signal) -> store.cancelled.countDown());
		}

		static class Store implements WebhookEventStore {

			private final WebhookEventStore store = new InMemoryWebhookEventStore(Duration.ofHours(24));

			private final CountDownLatch claiming = new CountDownLatch(1);

			private final CountDownLatch cancelled = new CountDownLatch(1);

			private final CountDownLatch goOn = new CountDownLatch(1);

			private volatile boolean interrupted;

			@Override
			public boolean claim(ContiguityWebhookEvent event) {
				this.claiming.countDown();
				try {
					assertThat(this.goOn.await(60, TimeUnit.SECONDS)).isTrue();
					this.interrupted = Thread.currentThread().isInterrupted();
				}
				catch (InterruptedException ex) {
					this.interrupted = true;
				}
				return this.store.claim(event);
			}

			@Override
			public void done(String eventId) {
				this.store.done(eventId);
			}

			@Override
			public void release(String eventId) {
				this.store.release(eventId);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class Secured {

		@Bean
		SecurityWebFilterChain securityFilterChain(ServerHttpSecurity http) {
			http.authorizeExchange((exchanges) -> exchanges.pathMatchers(HttpMethod.POST, "/contiguity/webhook")
				.permitAll()
				.anyExchange()
				.authenticated());
			http.csrf((csrf) -> csrf.requireCsrfProtectionMatcher(new AndServerWebExchangeMatcher(
					CsrfWebFilter.DEFAULT_CSRF_MATCHER, new NegatedServerWebExchangeMatcher(
							ServerWebExchangeMatchers.pathMatchers("/contiguity/webhook")))));
			return http.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}p").roles("X").build());
		}

	}

}

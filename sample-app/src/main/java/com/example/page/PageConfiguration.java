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

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;

/**
 * Configures security and live updates of the pages. Browsers are protected from other
 * sites. The application has no authentication, so it listens only on the loopback
 * address.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
public class PageConfiguration {

	private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

	@Bean
	SecurityFilterChain pageSecurityFilterChain(HttpSecurity http, @Value("${spring.application.name}") String name,
			@Value("${page.hosts:}") Set<String> hosts) throws Exception {
		// a cookie outlives a restart; browsers send it to all ports of a host, so each
		// application has its own
		CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
		tokens.setCookieName("XSRF-TOKEN-" + name);
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.addFilterBefore(new HostFilter(hosts), CsrfFilter.class)
			.csrf((csrf) -> csrf.csrfTokenRepository(tokens)
				// browsers always send an origin, curl and webhooks do not
				.requireCsrfProtectionMatcher((request) -> !SAFE_METHODS.contains(request.getMethod())
						&& request.getHeader(HttpHeaders.ORIGIN) != null))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
				.referrerPolicy((policy) -> {
				}))
			.build();
	}

	@Bean
	Viewers viewers() {
		return new Viewers();
	}

}

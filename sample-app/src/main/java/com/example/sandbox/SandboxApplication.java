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

package com.example.sandbox;

import com.contiguity.spring.test.ContiguitySandbox;
import com.example.page.PageConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Runs a sandbox by itself, for applications in any language.
 */
@SpringBootApplication
@EnableConfigurationProperties(SandboxProperties.class)
@Import(PageConfiguration.class)
public class SandboxApplication {

	private static final Log logger = LogFactory.getLog(SandboxApplication.class);

	public static void main(String[] args) {
		application().run(args);
	}

	static SpringApplicationBuilder application() {
		// not the file of the messaging service, which is in the same jar
		return new SpringApplicationBuilder(SandboxApplication.class).properties("spring.config.name=sandbox");
	}

	@Bean
	ContiguitySandbox contiguitySandbox(SandboxProperties properties) {
		return ContiguitySandbox.builder()
			.port(properties.port())
			.rateLimit(properties.rateLimit())
			.anyToken()
			.start()
			.webhooks(properties.webhook().url(), properties.webhook().secret());
	}

	@Bean
	ApplicationListener<WebServerInitializedEvent> addresses(ContiguitySandbox sandbox) {
		return (event) -> logger.info("The API is at " + sandbox.baseUrl() + ", with any token. Open http://localhost:"
				+ event.getWebServer().getPort() + "/ to see the phones.");
	}

}

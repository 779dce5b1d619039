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

package com.contiguity.spring.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Starts an application and prints the milliseconds and the CPU milliseconds since the
 * start of the JVM, and the number of beans.
 */
final class StartTime {

	private StartTime() {
	}

	public static void main(String[] args) {
		Class<?> application = args[0].equals("by-hand") ? ByHand.class : Plain.class;
		ConfigurableApplicationContext context = new SpringApplication(application).run("--spring.main.banner-mode=off",
				"--contiguity.token=contiguity_sk_benchmark", "--contiguity.from=" + Sender.FROM);
		long time = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
		long cpu = Duration
			.ofNanos(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime())
			.toMillis();
		System.out.println("started " + time + " " + cpu + " " + context.getBeanDefinitionCount());
		context.close();
		System.exit(0);
	}

	/**
	 * An application without beans of its own.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Plain {

	}

	/**
	 * An application with a {@code WebClient} for the API.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ByHand {

		@Bean
		WebClient contiguityWebClient(WebClient.Builder builder) {
			return builder.baseUrl("https://api.contiguity.com").defaultHeader("Authorization", "Bearer token").build();
		}

	}

}

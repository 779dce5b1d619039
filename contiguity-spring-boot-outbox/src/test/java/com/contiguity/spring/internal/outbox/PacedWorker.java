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

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.autoconfigure.ContiguityJdbcPacingStoreAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityRedisPacingStoreAutoConfiguration;
import com.zaxxer.hikari.HikariDataSource;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An instance of an application in a process of its own that sends by the outbox, and
 * without it as fast as its lines allow.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class,
		ContiguityJdbcPacingStoreAutoConfiguration.class, ContiguityRedisPacingStoreAutoConfiguration.class,
		DataRedisAutoConfiguration.class })
public class PacedWorker {

	/** One of this process, for all that are started share the pace of a line. */
	private static final String WARM_UP = "+1206556" + (1000 + ProcessHandle.current().pid() % 9000);

	/**
	 * Start an instance.
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(PacedWorker.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ImessageTemplate template = application.run(args).getBean(ImessageTemplate.class);
		for (String line : StubContiguity.LINES) {
			new Thread(() -> sendForever(template, line)).start();
		}
	}

	private static void sendForever(ImessageTemplate template, String line) {
		String instance = ProcessHandle.current().pid() + " ";
		for (int i = 0; true; i++) {
			sendOnce(template, line, "Direct " + instance + i);
		}
	}

	private static boolean sendOnce(ImessageTemplate template, String line, String message) {
		try {
			template.send(SendRequest.to("+12065552000").from(line).message(message).build());
			return true;
		}
		catch (ContiguityException ex) {
			// the line is busy, or the store was slow
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
			return false;
		}
	}

	/**
	 * Send once by a line that nobody counts, before the outbox starts: the first message
	 * of a process takes long from its permit to the wire.
	 */
	@Bean
	SmartInitializingSingleton warmUp(ImessageTemplate template) {
		return () -> {
			boolean sent = false;
			while (!sent) {
				// a busy machine takes its time to connect
				sent = sendOnce(template, WARM_UP, "Warm up");
			}
		};
	}

	@Bean
	DataSource dataSource() {
		HikariDataSource dataSource = (HikariDataSource) TestDatabases.dataSource(System.getProperty("crash.url"));
		dataSource.setMaximumPoolSize(8);
		return dataSource;
	}

}

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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An instance of an application in a process of its own, that can be made to die at a
 * point: the seam is its DataSource, which is the test's.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class })
public class CrashingWorker {

	/**
	 * Start an instance.
	 */
	public static void main(String[] args) throws InterruptedException {
		SpringApplication application = new SpringApplication(CrashingWorker.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ConfigurableApplicationContext context = application.run(args);
		String point = System.getProperty("crash.point");
		if (CrashPoint.BEFORE_COMMIT.name().equals(point) || CrashPoint.COMMITTED.name().equals(point)) {
			enqueueAndDie(context, CrashPoint.valueOf(point));
		}
		new CountDownLatch(1).await();
	}

	private static void enqueueAndDie(ApplicationContext context, CrashPoint point) {
		TransactionTemplate transaction = new TransactionTemplate(
				new JdbcTransactionManager(context.getBean(DataSource.class)));
		transaction.executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					// before the outbox's own, which was registered later
					Runtime.getRuntime().halt(9);
				}

			});
			context.getBean(ImessageOutbox.class).enqueue(SendRequest.to("+12065551999").message("Message 0").build());
			if (point == CrashPoint.BEFORE_COMMIT) {
				Runtime.getRuntime().halt(9);
			}
		});
	}

	@Bean
	ClientHttpConnectorBuilder<?> connectorBuilder() {
		return switch (System.getProperty("crash.transport", "reactor")) {
			case "jdk" -> ClientHttpConnectorBuilder.jdk();
			case "jetty" -> ClientHttpConnectorBuilder.jetty();
			case "httpComponents" -> ClientHttpConnectorBuilder.httpComponents();
			default -> ClientHttpConnectorBuilder.reactor();
		};
	}

	@Bean
	DataSource dataSource() {
		DataSource dataSource = TestDatabases.dataSource(System.getProperty("crash.url"));
		String point = System.getProperty("crash.point");
		return (point != null)
				? dying(dataSource, CrashPoint.valueOf(point), new AtomicInteger(Integer.getInteger("crash.after", 1)))
				: dataSource;
	}

	private static DataSource dying(DataSource dataSource, CrashPoint point, AtomicInteger after) {
		return (DataSource) proxy(DataSource.class, dataSource, (method,
				result) -> (result instanceof Connection connection) ? connection(connection, point, after) : result);
	}

	private static Connection connection(Connection connection, CrashPoint point, AtomicInteger after) {
		boolean[] marking = new boolean[1];
		return (Connection) proxy(Connection.class, connection, (call, result) -> {
			if (call.sql() != null && result instanceof PreparedStatement) {
				marking[0] |= call.sql().contains("state = 'SENDING', in_flight");
				if (point == CrashPoint.ANSWERED && call.sql().contains("set state = ?, in_flight = null, message_id")
						&& after.decrementAndGet() <= 0) {
					Runtime.getRuntime().halt(9);
				}
			}
			if (call.name().equals("commit") && marking[0]) {
				marking[0] = false;
				if (point == CrashPoint.MARKED && after.decrementAndGet() <= 0) {
					Runtime.getRuntime().halt(9);
				}
			}
			return result;
		});
	}

	private static Object proxy(Class<?> type, Object target, After after) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			Call call = new Call(method.getName(),
					(arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) ? sql : null);
			try {
				return after.after(call, method.invoke(target, arguments));
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		});
	}

	private record Call(String name, String sql) {
	}

	private interface After {

		Object after(Call call, Object result);

	}

}

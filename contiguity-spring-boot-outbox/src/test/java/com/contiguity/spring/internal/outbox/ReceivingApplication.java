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

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.contiguity.spring.event.ContiguityWebhookEvent;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/**
 * An application that takes webhooks, in the process of a test or in one that is killed.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ReceivingApplication {

	static final String SECRET = "whsec_test";

	/**
	 * Start an instance whose listeners never end. It says its port.
	 */
	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = start(args);
		context.getBean(Listener.class).blocked = new CountDownLatch(1);
		try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
			out.write(("port " + port(context) + "\n").getBytes(StandardCharsets.UTF_8));
		}
		new CountDownLatch(1).await();
	}

	static ConfigurableApplicationContext start(String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--server.port=0", "--contiguity.webhook.secrets=" + SECRET, "--contiguity.webhook.store=jdbc",
						"--contiguity.outbox.enabled=false", "--contiguity.outbox.worker.heartbeat-interval=200ms",
						"--spring.main.banner-mode=off", "--logging.level.root=WARN", "--db-scheduler.enabled=false"));
		all.addAll(List.of(arguments));
		return new SpringApplicationBuilder(ReceivingApplication.class).run(all.toArray(String[]::new));
	}

	static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	static String body(String id, String text) {
		return ("{\"id\":\"%s\",\"type\":\"imessage.incoming\",\"timestamp\":1785698220,\"data\":{\"from\":"
				+ "\"+12065550100\",\"to\":\"+12065550001\",\"body\":\"%s\"}}")
			.formatted(id, text);
	}

	static int post(int port, String body) throws Exception {
		Instant now = Instant.now();
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		mac.update((now.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
		String signature = "t=" + now.getEpochSecond() + ",v1="
				+ HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/contiguity/webhook"))
			.header("Contiguity-Signature", signature)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	@Bean
	Listener listener() {
		return new Listener();
	}

	static class Listener {

		final List<String> handled = new CopyOnWriteArrayList<>();

		volatile CountDownLatch blocked = new CountDownLatch(0);

		volatile boolean failing;

		@EventListener
		void received(ContiguityWebhookEvent event) throws InterruptedException {
			this.blocked.await();
			if (this.failing) {
				throw new IllegalStateException("A listener that fails");
			}
			this.handled.add(event.id());
		}

	}

}

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

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A Redis in a container, of the image that the environment names as {@code REDIS_IMAGE}.
 * It keeps its port when it is stopped and started again, and nothing else.
 */
final class TestRedis extends GenericContainer<TestRedis> {

	TestRedis() {
		super(DockerImageName.parse(System.getenv().getOrDefault("REDIS_IMAGE", "redis:7")));
		setCommand("--save", "");
		setPortBindings(List.of(freePort() + ":6379"));
		waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	int port() {
		return getMappedPort(6379);
	}

	void shutDown() {
		getDockerClient().stopContainerCmd(getContainerId()).withTimeout(5).exec();
	}

	void startAgain() {
		getDockerClient().startContainerCmd(getContainerId()).exec();
	}

}

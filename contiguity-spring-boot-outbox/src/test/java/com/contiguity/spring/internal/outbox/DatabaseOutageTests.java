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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/**
 * A database that crashes, and one that stands still, under instances that send.
 */
@EnabledOnJre(JRE.JAVA_17)
@EnabledOnOs({ OS.LINUX, OS.MAC })
class DatabaseOutageTests extends AbstractCrashTests {

	private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("crash.outage", 5));

	private static final int OUTAGES = Integer.getInteger("crash.outages", 2);

	private Path data;

	private EmbeddedPostgres postgres;

	@Override
	String databaseUrl() {
		try {
			this.data = Files.createTempDirectory("outage");
			this.postgres = builder().start();
			return this.postgres.getJdbcUrl("postgres", "postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private EmbeddedPostgres.Builder builder() {
		return EmbeddedPostgres.builder()
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setServerConfig("synchronous_commit", "on");
	}

	@AfterEach
	void stopDatabase() throws IOException {
		this.postgres.close();
	}

	@Test
	void aDatabaseThatCrashesLosesNothingAndNothingIsSentTwice() throws Exception {
		Set<String> committed = enqueue(1000);
		worker(Map.of());
		worker(Map.of());
		for (int i = 0; i < OUTAGES; i++) {
			awaitProgress(100, committed.size());
			crash();
			TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
			restart();
		}
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	private ProcessHandle postmaster() throws IOException {
		long pid = Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim());
		return ProcessHandle.of(pid).orElseThrow();
	}

	private void crash() throws Exception {
		ProcessHandle postmaster = postmaster();
		// an immediate shutdown: nothing is finished, and the log is replayed at the
		// start
		signal(postmaster.pid(), "QUIT");
		postmaster.onExit().get(30, TimeUnit.SECONDS);
	}

	private void restart() throws IOException {
		int port = this.postgres.getPort();
		this.postgres.close();
		this.postgres = builder().setPort(port).start();
	}

	@Test
	void aDatabaseThatStandsStillLosesNothingAndNothingIsSentTwice() throws Exception {
		Set<String> committed = enqueue(1000);
		worker(Map.of());
		worker(Map.of());
		for (int i = 0; i < OUTAGES; i++) {
			awaitProgress(100, committed.size());
			ProcessHandle postmaster = postmaster();
			List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
			for (ProcessHandle process : all) {
				signal(process.pid(), "STOP");
			}
			TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
			for (ProcessHandle process : all) {
				signal(process.pid(), "CONT");
			}
		}
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

}

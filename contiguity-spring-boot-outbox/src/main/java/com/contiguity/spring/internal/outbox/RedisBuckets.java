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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Token buckets in Redis, which use the clock of Redis and a separate connection. The
 * connection is opened on first use, so that an application can start while Redis is
 * down. It is opened again if it is lost.
 */
public final class RedisBuckets implements DisposableBean {

	private static final String PREFIX = "contiguity:pacing:";

	private static final String HASH_KEY = PREFIX + "hash-key";

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration KEPT = Duration.ofMinutes(10);

	private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	private final Supplier<AbstractRedisClient> clients;

	private @Nullable AbstractRedisClient client;

	private @Nullable CompletableFuture<StatefulConnection<String, byte[]>> opening;

	private boolean closed;

	/**
	 * Create buckets.
	 * @param clients supplies the Redis client, which is not closed by this class. After
	 * a restart it can be another client
	 */
	public RedisBuckets(Supplier<AbstractRedisClient> clients) {
		this.clients = clients;
	}

	/**
	 * Return the buckets.
	 * @return the buckets, which block
	 */
	public ProxyManager<String> buckets() {
		return new LettuceBasedProxyManagerBuilder<>(new Commands<>(this::commands))
			.expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT))
			.requestTimeout(COMMAND_TIMEOUT)
			.clientClock(new ServerTime(this::time))
			.build();
	}

	/**
	 * Return a function that names the bucket of a line without revealing its number.
	 * @param hashKey the key of the hashes, or {@code null} to use a key that is kept in
	 * Redis. That key is read each time, so that all instances continue to agree if Redis
	 * loses it
	 * @return the names by line number
	 */
	public Function<String, String> keys(@Nullable String hashKey) {
		return (line) -> PREFIX + new KeyedHash((hashKey != null) ? hashKey : hashKey()).of("pace", line);
	}

	private String hashKey() {
		byte[] key = await(commands().get(HASH_KEY));
		if (key == null) {
			await(commands().set(HASH_KEY, KeyedHash.generateKey().getBytes(StandardCharsets.UTF_8),
					SetArgs.Builder.nx()));
			// the key of the instance that came first
			key = await(commands().get(HASH_KEY));
		}
		if (key == null) {
			throw new IllegalStateException("Redis did not store '" + HASH_KEY + "'");
		}
		return new String(key, StandardCharsets.UTF_8);
	}

	private Instant time() {
		List<byte[]> time = await(commands().time());
		if (time == null) {
			throw new IllegalStateException("Redis returned no time");
		}
		return Instant.ofEpochSecond(number(time.get(0)), TimeUnit.MICROSECONDS.toNanos(number(time.get(1))));
	}

	private static long number(byte[] digits) {
		return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
	}

	private RedisClusterAsyncCommands<String, byte[]> commands() {
		CompletableFuture<StatefulConnection<String, byte[]>> opening = opening();
		StatefulConnection<String, byte[]> connection = await(opening);
		if (connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster) {
			return cluster.async();
		}
		if (connection instanceof StatefulRedisConnection<String, byte[]> single) {
			return single.async();
		}
		throw new IllegalStateException("The connection is not a Redis connection");
	}

	private synchronized CompletableFuture<StatefulConnection<String, byte[]>> opening() {
		if (this.closed) {
			throw new IllegalStateException("The application is shutting down");
		}
		AbstractRedisClient client = this.clients.get();
		CompletableFuture<StatefulConnection<String, byte[]>> opening = this.opening;
		if (opening == null || client != this.client || isLost(opening)) {
			disconnect();
			this.client = client;
			opening = new CompletableFuture<>();
			this.opening = opening;
			open(client, opening);
		}
		return opening;
	}

	/**
	 * Return whether to open another connection. Redis may be back long before the client
	 * reconnects.
	 * @param opening the current connection
	 * @return whether it is unusable
	 */
	private static boolean isLost(CompletableFuture<StatefulConnection<String, byte[]>> opening) {
		return opening.isCompletedExceptionally() || (opening.isDone() && !opening.join().isOpen());
	}

	private static void open(AbstractRedisClient client,
			CompletableFuture<StatefulConnection<String, byte[]>> opening) {
		// the client may wait for long, and one attempt is enough for all waiting threads
		Thread thread = new Thread(() -> {
			try {
				opening.complete((client instanceof RedisClusterClient cluster) ? cluster.connect(CODEC)
						: ((RedisClient) client).connect(CODEC));
			}
			catch (Throwable ex) {
				opening.completeExceptionally(ex);
			}
		}, "contiguity-pacing-redis");
		thread.setDaemon(true);
		thread.start();
	}

	private synchronized void disconnect() {
		CompletableFuture<StatefulConnection<String, byte[]>> opening = this.opening;
		this.opening = null;
		if (opening != null) {
			// also if it is opened only later
			opening.thenAccept(StatefulConnection::closeAsync);
		}
	}

	private <T> @Nullable T await(Future<T> answer) {
		try {
			return answer.get(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			if (answer instanceof RedisFuture) {
				answer.cancel(true);
				// the connection may be dead without having noticed
				disconnect();
			}
			throw new IllegalStateException("Redis did not respond in time", ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Redis refuses", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public synchronized void destroy() {
		this.closed = true;
		disconnect();
	}

	/**
	 * The commands that the buckets need, on the current connection.
	 *
	 * @param <K> the type of keys, which the buckets pass in arrays of objects
	 */
	private static final class Commands<K> implements RedisApi<K> {

		private final Supplier<RedisClusterAsyncCommands<K, byte[]>> commands;

		Commands(Supplier<RedisClusterAsyncCommands<K, byte[]>> commands) {
			this.commands = commands;
		}

		@Override
		public <V> RedisFuture<V> eval(String script, ScriptOutputType type, K[] keys, byte[][] arguments) {
			return this.commands.get().eval(script, type, keys, arguments);
		}

		@Override
		public RedisFuture<byte[]> get(K key) {
			return this.commands.get().get(key);
		}

		@Override
		public RedisFuture<?> delete(K key) {
			return this.commands.get().del(oneOf(key));
		}

		@SuppressWarnings("unchecked")
		private K[] oneOf(K key) {
			return (K[]) new Object[] { key };
		}

	}

}

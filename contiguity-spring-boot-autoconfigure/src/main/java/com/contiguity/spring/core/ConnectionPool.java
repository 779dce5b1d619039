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

package com.contiguity.spring.core;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The pool of connections to Contiguity. Only Reactor Netty supports all three settings.
 * The documentation lists what other transports support. Immutable.
 *
 * @param maxConnections the maximum number of connections, or {@code null} for the
 * transport's default
 * @param pendingAcquireTimeout the maximum time that an attempt waits for a connection,
 * or {@code null} for the transport's default
 * @param maxIdleTime the time after which an idle connection is closed, or {@code null}
 * for 30 seconds
 * @since 0.1.0
 */
public record ConnectionPool(@Nullable Integer maxConnections, @Nullable Duration pendingAcquireTimeout,
		@Nullable Duration maxIdleTime) {

	/**
	 * The transport's defaults, but with connections that are closed after 30 seconds
	 * without use.
	 */
	public static final ConnectionPool DEFAULT = new ConnectionPool(null, null, null);

}

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

package com.contiguity.spring.internal.delivery;

import java.time.Instant;

/**
 * The time in which a message may be sent. The body of the request is written only before
 * both deadlines, because one clock stops while a machine is suspended and the other one
 * can be set.
 *
 * @param nanoDeadline the deadline as a {@link System#nanoTime()}
 * @param wallDeadline the deadline by the system's clock
 * @since 0.1.0
 */
public record SendWindow(long nanoDeadline, Instant wallDeadline) {

}

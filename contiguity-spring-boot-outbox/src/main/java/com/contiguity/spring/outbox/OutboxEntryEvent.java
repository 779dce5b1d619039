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

package com.contiguity.spring.outbox;

import org.jspecify.annotations.Nullable;

/**
 * Published when the state of an entry has changed, after the commit, on the instance
 * that changed it. An event that is lost in a crash is not published again. The table is
 * the source of truth. Components may be added; only tests should construct events.
 *
 * @param entry the entry
 * @param previousState the previous state, or {@code null} if the entry is new
 * @since 0.1.0
 */
public record OutboxEntryEvent(OutboxEntry entry, @Nullable OutboxState previousState) {

}

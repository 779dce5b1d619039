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

package com.contiguity.spring.imessage;

import org.jspecify.annotations.Nullable;

/**
 * Information about a conversation as a whole.
 *
 * @param filtered whether Apple filtered it
 * @param chatMarkedAsSpam whether Apple marked it as spam
 * @param limit the requested maximum number of messages
 * @param total the total number of messages, or {@code null} if the API does not say
 * @param count the number of returned messages
 * @since 0.1.0
 */
public record ConversationInfo(boolean filtered, boolean chatMarkedAsSpam, int limit, @Nullable Long total, int count) {
}

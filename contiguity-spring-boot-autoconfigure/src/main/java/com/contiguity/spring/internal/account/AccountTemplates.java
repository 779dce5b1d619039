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

package com.contiguity.spring.internal.account;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Finds the templates of an application for components that report on all of its
 * accounts.
 *
 * @since 0.1.0
 */
public final class AccountTemplates {

	private AccountTemplates() {
	}

	/**
	 * Find the templates among the beans, including those inside blocking templates and
	 * those that are not candidates for autowiring. Several templates of the same account
	 * are numbered.
	 * @param beanFactory the bean factory
	 * @return the templates, by the name of the account; empty if all of them are mocks
	 */
	public static Map<String, ReactiveImessageTemplate> of(ListableBeanFactory beanFactory) {
		List<ReactiveImessageTemplate> templates = new ArrayList<>();
		Stream
			.concat(stream(beanFactory, ReactiveImessageTemplate.class),
					stream(beanFactory, ImessageTemplate.class).map(ImessageTemplate::reactive))
			.filter((template) -> template != null && templates.stream().noneMatch((other) -> other == template))
			.forEach(templates::add);
		Map<String, ReactiveImessageTemplate> accounts = new LinkedHashMap<>();
		for (ReactiveImessageTemplate template : templates) {
			Account account = template.unwrap(Account.class);
			if (account != null) {
				accounts.put(unused(account.delivery().account(), accounts), template);
			}
		}
		return accounts;
	}

	private static <T> Stream<T> stream(ListableBeanFactory beanFactory, Class<T> type) {
		return beanFactory.getBeanProvider(type).stream(ObjectProvider.UNFILTERED);
	}

	private static String unused(String name, Map<String, ReactiveImessageTemplate> accounts) {
		String unused = name;
		for (int number = 2; accounts.containsKey(unused); number++) {
			unused = name + "-" + number;
		}
		return unused;
	}

}

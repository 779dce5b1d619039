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

package com.contiguity.spring.autoconfigure.actuate;

import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxSection;
import com.contiguity.spring.actuate.ContiguityEndpoint.WebhooksDescriptor;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.account.AccountTemplates;
import com.contiguity.spring.internal.webhook.WebhookReceiver;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link ContiguityEndpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ContiguityAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ContiguityEndpoint.class)
public final class ContiguityEndpointAutoConfiguration {

	ContiguityEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@Conditional(OnSomethingToTellOfCondition.class)
	ContiguityEndpoint contiguityEndpoint(ListableBeanFactory beanFactory,
			ObjectProvider<WebhookReceiver> webhookReceiver, ObjectProvider<OutboxSection> outbox) {
		WebhookReceiver receiver = webhookReceiver.getIfUnique();
		return new ContiguityEndpoint(AccountTemplates.of(beanFactory),
				(receiver != null) ? () -> describe(receiver) : null, outbox.getIfUnique());
	}

	private static WebhooksDescriptor describe(WebhookReceiver receiver) {
		return new WebhooksDescriptor(receiver.statistics().deliveries(), receiver.statistics().handledEvents(),
				receiver.statistics().failedEvents(), receiver.pendingEvents());
	}

	static class OnSomethingToTellOfCondition extends AnyNestedCondition {

		OnSomethingToTellOfCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(ReactiveImessageTemplate.class)
		static class Sending {

		}

		@ConditionalOnBean(ImessageTemplate.class)
		static class SendingAndWaiting {

		}

		@ConditionalOnSingleCandidate(WebhookReceiver.class)
		static class Receiving {

		}

	}

}

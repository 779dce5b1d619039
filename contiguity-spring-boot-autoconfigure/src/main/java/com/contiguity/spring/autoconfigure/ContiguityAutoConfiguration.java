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

package com.contiguity.spring.autoconfigure;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.ImessageObservationConvention;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Scope;
import org.springframework.core.io.ResourceLoader;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for Contiguity's iMessage API.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { SslAutoConfiguration.class, WebClientAutoConfiguration.class })
@Conditional(ContiguityAutoConfiguration.OnTokenOrOwnBeansCondition.class)
@EnableConfigurationProperties(ContiguityProperties.class)
public final class ContiguityAutoConfiguration {

	ContiguityAutoConfiguration() {
	}

	@Bean
	@Conditional(OnTokenCondition.class)
	@ConditionalOnMissingBean(ContiguityConnectionDetails.class)
	PropertiesContiguityConnectionDetails contiguityConnectionDetails(ContiguityProperties properties,
			ObjectProvider<SslBundles> sslBundles) {
		return new PropertiesContiguityConnectionDetails(properties, sslBundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnBean(ContiguityConnectionDetails.class)
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "contiguity.pacing.enabled", matchIfMissing = true)
	@ConditionalOnProperty(name = "contiguity.pacing.store", havingValue = "local", matchIfMissing = true)
	LinePacer contiguityLinePacer(ContiguityProperties properties) {
		return new ContiguityPropertiesMapper(properties).linePacer();
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnBean(ContiguityConnectionDetails.class)
	@ConditionalOnMissingBean
	ImessageTemplateBuilder imessageTemplateBuilder(ContiguityProperties properties,
			ContiguityConnectionDetails connectionDetails, ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<ContiguityWebClientCustomizer> webClientCustomizers,
			ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilder,
			ObjectProvider<HttpClientSettings> httpClientSettings, ResourceLoader resourceLoader,
			ObjectProvider<LineSelector> lineSelector, ObjectProvider<LinePacer> linePacer,
			ObjectProvider<SendInterceptor> interceptors, @ContiguityRetry ObjectProvider<RetryPolicy> retryPolicy,
			@ContiguityRetry ObjectProvider<BackOffPolicy> backOffPolicy,
			@ContiguityRetry ObjectProvider<RetryListener> retryListeners, ApplicationEventPublisher eventPublisher,
			ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<ImessageObservationConvention> observationConvention,
			ObjectProvider<ContiguityMeters> meters, ObjectProvider<ImessageTemplateCustomizer> customizers) {
		ImessageTemplateBuilder settings = ImessageTemplate.builder();
		ContiguityPropertiesMapper mapper = new ContiguityPropertiesMapper(properties);
		mapper.applyTo(settings, linePacer.getIfAvailable());
		settings.webClientBuilder(() -> webClientBuilder(webClientBuilder, webClientCustomizers))
			.transport(
					connectorBuilder
						.getIfAvailable(() -> ClientHttpConnectorBuilder.detect(resourceLoader.getClassLoader())),
					mapper.httpClientSettings(connectionDetails.getSslBundle(), httpClientSettings.getIfAvailable()))
			.connectionPool(mapper.connectionPool())
			.baseUrl(connectionDetails.getBaseUrl())
			.token(connectionDetails::getToken)
			.eventPublisher(eventPublisher)
			.observationRegistry(observationRegistry.getIfUnique(() -> ObservationRegistry.NOOP))
			.observationConvention(observationConvention.getIfAvailable())
			.meters(meters.getIfAvailable(() -> ContiguityMeters.NONE))
			.interceptors(interceptors.orderedStream().toList())
			.retryListeners(retryListeners.orderedStream().toList());
		lineSelector.ifAvailable(settings::lineSelector);
		retryPolicy.ifAvailable(settings::retryPolicy);
		backOffPolicy.ifAvailable(settings::backOffPolicy);
		// settings of the copy replace the inherited ones
		ImessageTemplateBuilder customized = settings.copy();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(customized));
		return customized.copy();
	}

	private static WebClient.Builder webClientBuilder(ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<ContiguityWebClientCustomizer> customizers) {
		WebClient.Builder customized = webClientBuilder.getIfAvailable(WebClient::builder).clone();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(customized));
		return customized;
	}

	@Bean
	@ConditionalOnBean(ImessageTemplateBuilder.class)
	@ConditionalOnMissingBean(ReactiveImessageOperations.class)
	ReactiveImessageTemplate reactiveImessageTemplate(ImessageTemplateBuilder builder) {
		return builder.buildReactive();
	}

	@Bean
	@ConditionalOnBean(ImessageTemplateBuilder.class)
	@ConditionalOnMissingBean(ImessageOperations.class)
	ImessageTemplate imessageTemplate(ObjectProvider<ReactiveImessageTemplate> reactiveImessageTemplate,
			ImessageTemplateBuilder builder) {
		ReactiveImessageTemplate shared = reactiveImessageTemplate.getIfUnique();
		return (shared != null) ? new ImessageTemplate(shared) : builder.build();
	}

	/**
	 * Matches if there is something to configure.
	 */
	static class OnTokenOrOwnBeansCondition extends AnyNestedCondition {

		OnTokenOrOwnBeansCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@Conditional(OnTokenCondition.class)
		static class Token {

		}

		@ConditionalOnBean(ContiguityConnectionDetails.class)
		static class ConnectionDetails {

		}

		@ConditionalOnBean(ImessageTemplateBuilder.class)
		static class Builder {

		}

	}

}

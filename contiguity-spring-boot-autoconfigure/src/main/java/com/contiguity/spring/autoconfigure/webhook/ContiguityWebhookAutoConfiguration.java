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

package com.contiguity.spring.autoconfigure.webhook;

import java.lang.reflect.Method;
import java.time.Clock;
import java.util.concurrent.Executor;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.internal.webhook.PlainBodyFilter;
import com.contiguity.spring.internal.webhook.ReactiveWebhookRoute;
import com.contiguity.spring.internal.webhook.ServletWebhookRoute;
import com.contiguity.spring.internal.webhook.WebhookDispatcher;
import com.contiguity.spring.internal.webhook.WebhookHandler;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.WebhookObservationConvention;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the receiver of Contiguity's
 * webhooks. It requires a secret, but no token.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ContiguityAutoConfiguration.class, TaskExecutionAutoConfiguration.class })
@Conditional(OnSecretsCondition.class)
@EnableConfigurationProperties(ContiguityProperties.class)
@ImportRuntimeHints(ContiguityWebhookAutoConfiguration.MulticasterHints.class)
public final class ContiguityWebhookAutoConfiguration {

	private static final Log logger = LogFactory.getLog(ContiguityWebhookAutoConfiguration.class);

	/** Name of the bean of the executor for listeners. */
	private static final String TASK_EXECUTOR_BEAN_NAME = "contiguityWebhookTaskExecutor";

	/** Number of platform threads that run listeners concurrently. */
	private static final int LISTENER_THREADS = 8;

	/** Before the routes of an application, one of which may match all requests. */
	private static final int ROUTE_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	ContiguityWebhookAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	WebhookSignatureVerifier contiguityWebhookSignatureVerifier(ContiguityProperties properties) {
		WebhookSettings settings = new WebhookSettings(properties);
		// validated even if an application's own store is used
		settings.eventWindow();
		return new WebhookSignatureVerifier(settings.secrets(), settings.tolerance(), Clock.systemUTC());
	}

	@Bean
	@ConditionalOnMissingBean(WebhookEventStore.class)
	InMemoryWebhookEventStore contiguityWebhookEventStore(ContiguityProperties properties) {
		WebhookSettings settings = new WebhookSettings(properties);
		settings.checkStoreIsLocal();
		return new InMemoryWebhookEventStore(settings.eventWindow());
	}

	// not a default candidate, so that it does not replace the executor of an application
	@Bean(name = TASK_EXECUTOR_BEAN_NAME, defaultCandidate = false)
	@ConditionalOnMissingBean(name = TASK_EXECUTOR_BEAN_NAME)
	ThreadPoolTaskExecutor contiguityWebhookTaskExecutor(ContiguityProperties properties,
			ObjectProvider<TaskDecorator> taskDecorator, Environment environment) {
		boolean virtual = Threading.VIRTUAL.isActive(environment);
		int threads = (virtual) ? new WebhookSettings(properties).queueCapacity() : LISTENER_THREADS;
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadNamePrefix("contiguity-webhook-");
		executor.setVirtualThreads(virtual);
		executor.setCorePoolSize(threads);
		executor.setMaxPoolSize(threads);
		executor.setAllowCoreThreadTimeOut(true);
		taskDecorator.ifUnique(executor::setTaskDecorator);
		return executor;
	}

	// one for each context, because events of a parent context do not reach listeners of
	// its children
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WebhookDispatcher contiguityWebhookDispatcher(ContiguityProperties properties, WebhookEventStore store,
			ApplicationEventPublisher eventPublisher, ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<WebhookObservationConvention> observationConvention, BeanFactory beanFactory,
			@Qualifier(TASK_EXECUTOR_BEAN_NAME) Executor executor) {
		warnOfAsynchronousListeners(beanFactory);
		WebhookHandler handler = new WebhookHandler(eventPublisher, store, registry(observationRegistry),
				observationConvention.getIfAvailable());
		return new WebhookDispatcher(handler, executor, new WebhookSettings(properties).queueCapacity());
	}

	private static void warnOfAsynchronousListeners(BeanFactory beanFactory) {
		String name = AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME;
		Object multicaster = (beanFactory.containsBean(name)) ? beanFactory.getBean(name) : null;
		Method getter = executorGetter();
		if (multicaster instanceof SimpleApplicationEventMulticaster && getter != null) {
			ReflectionUtils.makeAccessible(getter);
			if (ReflectionUtils.invokeMethod(getter, multicaster) != null) {
				logger.warn(("'%s' has an executor. The events of a conversation may reach listeners out of order, "
						+ "and failures of listeners are not detected")
					.formatted(name));
			}
		}
	}

	private static @Nullable Method executorGetter() {
		return ReflectionUtils.findMethod(SimpleApplicationEventMulticaster.class, "getTaskExecutor");
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WebhookReceiver contiguityWebhookReceiver(WebhookSignatureVerifier verifier, WebhookDispatcher dispatcher,
			ObjectProvider<ContiguityMeters> meters) {
		return new WebhookReceiver(verifier, dispatcher, meters.getIfAvailable(() -> ContiguityMeters.NONE),
				Clock.systemUTC());
	}

	private static ObservationRegistry registry(ObjectProvider<ObservationRegistry> observationRegistry) {
		return observationRegistry.getIfUnique(() -> ObservationRegistry.NOOP);
	}

	private static void announce(String path) {
		logger.info("Contiguity webhooks are received at " + path);
	}

	/**
	 * Hints that let a native image detect whether listeners are asynchronous.
	 */
	static class MulticasterHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			Method getter = executorGetter();
			if (getter != null) {
				hints.reflection().registerMethod(getter, ExecutableMode.INVOKE);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	static class NoWebConfiguration {

		NoWebConfiguration() {
			logger.warn("'" + WebhookSettings.SECRETS
					+ "' is set, but webhooks cannot be received, because the application has no "
					+ "web server. Add spring-boot-starter-webmvc or spring-boot-starter-webflux");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, HttpServletRequest.class, DispatcherServletPath.class })
	static class ServletConfiguration {

		@Bean
		@Order(ROUTE_ORDER)
		RouterFunction<ServerResponse> contiguityWebhookRouterFunction(ContiguityProperties properties,
				WebhookReceiver receiver, ObjectProvider<ObservationRegistry> observationRegistry,
				ServletContext servletContext, ObjectProvider<DispatcherServletPath> servletPath) {
			WebhookSettings settings = new WebhookSettings(properties);
			announce(servletContext.getContextPath() + path(settings, servletPath));
			return ServletWebhookRoute.create(settings.path(), receiver, settings.maxSize(),
					registry(observationRegistry));
		}

		@Bean
		FilterRegistrationBean<PlainBodyFilter> contiguityWebhookPlainBodyFilter(ContiguityProperties properties,
				ObjectProvider<DispatcherServletPath> servletPath) {
			String path = path(new WebhookSettings(properties), servletPath);
			FilterRegistrationBean<PlainBodyFilter> registration = new FilterRegistrationBean<>(new PlainBodyFilter());
			registration.addUrlPatterns(path, path + "/");
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return registration;
		}

		private static String path(WebhookSettings settings, ObjectProvider<DispatcherServletPath> servletPath) {
			DispatcherServletPath prefix = servletPath.getIfAvailable();
			return (prefix != null) ? prefix.getRelativePath(settings.path()) : settings.path();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		@Order(ROUTE_ORDER)
		org.springframework.web.reactive.function.server.RouterFunction<org.springframework.web.reactive.function.server.ServerResponse> contiguityWebhookRouterFunction(
				ContiguityProperties properties, WebhookReceiver receiver, Environment environment) {
			WebhookSettings settings = new WebhookSettings(properties);
			announce(environment.getProperty("spring.webflux.base-path", "") + settings.path());
			return ReactiveWebhookRoute.create(settings.path(), receiver, settings.maxSize());
		}

	}

}

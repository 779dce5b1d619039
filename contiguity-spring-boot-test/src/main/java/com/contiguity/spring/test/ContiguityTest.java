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

package com.contiguity.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Annotation for a test that focuses <strong>only</strong> on sending and receiving
 * iMessages. It configures the beans of this starter and a {@link ContiguitySandbox} that
 * they use, as with
 * {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox}. Only the
 * application's components that customize this starter are scanned:
 * {@code ImessageTemplateCustomizer}, {@code ContiguityWebClientCustomizer},
 * {@code LineSelector}, {@code LinePacer}, {@code ImessageObservationConvention},
 * {@code WebhookObservationConvention} and {@code WebhookEventStore}, and beans with
 * {@code @ContiguityRetry}. {@code @Bean} methods of the {@code @SpringBootApplication}
 * class are included. Add other components and {@code @Configuration} classes with
 * {@code @Import}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(ContiguityTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ContiguityTypeExcludeFilter.class)
@ImportAutoConfiguration
@AutoConfigureContiguitySandbox
public @interface ContiguityTest {

	/**
	 * Properties in form {@literal key=value} that should be added to the Spring
	 * {@link Environment} before the test runs.
	 * @return the properties to add
	 */
	String[] properties() default {};

	/**
	 * Whether to use the default filters with
	 * {@link SpringBootApplication @SpringBootApplication}. By default only components
	 * that customize this starter are included.
	 * @return whether to use the default filters
	 * @see #includeFilters()
	 * @see #excludeFilters()
	 */
	boolean useDefaultFilters() default true;

	/**
	 * A set of include filters which can be used to add otherwise filtered beans to the
	 * application context.
	 * @return include filters to apply
	 */
	Filter[] includeFilters() default {};

	/**
	 * A set of exclude filters which can be used to filter beans that would otherwise be
	 * added to the application context.
	 * @return exclude filters to apply
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configuration exclusions that should be applied for this test.
	 * @return auto-configuration exclusions to apply
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

	/**
	 * Whether lines have a rate limit.
	 * @return whether lines have a rate limit
	 */
	@AliasFor(annotation = AutoConfigureContiguitySandbox.class, attribute = "rateLimit")
	boolean rateLimit() default false;

	/**
	 * The numbers of the leased lines, in E.164 format.
	 * @return the numbers; if empty, those of {@link ContiguitySandbox#start()} and those
	 * that are configured
	 */
	@AliasFor(annotation = AutoConfigureContiguitySandbox.class, attribute = "lines")
	String[] lines() default {};

}

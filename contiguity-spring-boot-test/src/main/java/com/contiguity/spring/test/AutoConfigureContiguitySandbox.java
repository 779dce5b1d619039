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

import org.junit.jupiter.api.parallel.ResourceLock;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Annotation for a test class with an application context, such as a
 * {@code @SpringBootTest} or a slice. It connects the application to a
 * {@link ContiguitySandbox}: <pre class="code">
 * &#064;SpringBootTest
 * &#064;AutoConfigureContiguitySandbox
 * class ReminderTests {
 *
 *     &#064;Autowired
 *     ContiguitySandbox sandbox;
 *
 * }
 * </pre>
 * <p>
 * The sandbox is a bean of the application context. It is started on a free port and
 * stopped together with the context, and test classes that share the context share the
 * sandbox. It is {@linkplain ContiguitySandbox#clear() cleared} before each test, before
 * any {@code @BeforeEach} method. It takes precedence over all connection properties and
 * over connection details of the application, even if they are primary. No token is
 * needed and any token is accepted, so that additional accounts work as well. An
 * application that configures no line ({@code contiguity.from}, {@code contiguity.lines}
 * or {@code contiguity.leased-lines.enabled}) sends from the first line of the sandbox.
 * Configured lines are leased, unless {@link #lines()} lists other ones.
 * <p>
 * Before each test, the application is made idle. Sends and webhook listeners of the
 * previous test are awaited, for at most a second each. State learned from calls, such as
 * leased lines, the retry budget and the pacing of lines, is discarded. If JUnit runs
 * tests in parallel, classes with a sandbox and their tests still run one after the
 * other, because they may share a sandbox.
 * <p>
 * In a test slice, such as {@code @WebMvcTest}, this annotation adds the starter's
 * auto-configuration.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ResourceLock("com.contiguity.spring.test.ContiguitySandbox")
@ImportAutoConfiguration
public @interface AutoConfigureContiguitySandbox {

	/**
	 * Whether lines have a rate limit. Without a rate limit, the starter's pacing is off,
	 * because tests that share a context would otherwise wait for each other. A
	 * {@code LinePacer} bean stays active. With a rate limit, pacing is as configured.
	 * @return whether lines have a rate limit
	 */
	boolean rateLimit() default false;

	/**
	 * The numbers of the leased lines, in E.164 format. Lines from other sources than
	 * properties, such as a database or a {@code LineSelector}, must be listed here or
	 * passed to {@link ContiguitySandbox#lease(com.contiguity.spring.line.Line...)}.
	 * @return the numbers; if empty, those of {@link ContiguitySandbox#start()} and those
	 * that the application configures
	 */
	String[] lines() default {};

}

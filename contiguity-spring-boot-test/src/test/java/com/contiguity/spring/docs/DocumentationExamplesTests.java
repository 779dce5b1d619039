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

package com.contiguity.spring.docs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the Java and Kotlin code in README.md and docs/ is compiled, and that the
 * table of properties is complete.
 */
class DocumentationExamplesTests {

	private static final Path ROOT = Path.of("..");

	private static final Path SOURCES = Path.of("src/test/java/com/contiguity/spring/docs");

	/** A separate project, which uses the built artifacts. */
	private static final Path KOTLIN = Path.of("src/it/kotlin");

	/** A block of code, with the preceding comment that names its source. */
	private static final Pattern BLOCK = Pattern.compile(
			"(?:<!-- example: (?<file>[\\w/]+)#(?<name>[\\w-]+) -->\\s*)?```(?<language>java|kotlin|xml)\\n(?<code>.*?)```",
			Pattern.DOTALL);

	/** Javadoc that only the style of this project requires. */
	private static final Pattern JAVADOC_OF_CLASS = Pattern.compile("(?ms)^/\\*\\*.*?\\*/\\n");

	static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
				.filter((page) -> page.toString().endsWith(".md"))
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void showsCompiledExamplesOnly(Path page) {
		List<MatchResult> blocks = BLOCK.matcher(read(page)).results().toList();
		for (MatchResult block : blocks) {
			String language = block.group(3);
			String code = withoutIndentation(block.group(4));
			if (block.group(1) == null && language.equals("xml")) {
				continue;
			}
			assertThat(block.group(1)).describedAs("the example in %s that this is from:%n%s", page, code).isNotNull();
			assertThat(code).describedAs("%s#%s in %s", block.group(1), block.group(2), page)
				.isEqualTo(withoutIndentation(example(language, block.group(1), block.group(2))));
		}
	}

	@Test
	void hasExamples() throws IOException {
		assertThat(pages()).filteredOn((page) -> read(page).contains("```java")).hasSizeGreaterThanOrEqualTo(5);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksToFilesThatExist(Path page) {
		Matcher links = Pattern.compile("]\\((?!https?://|#)([^)#]+)").matcher(read(page));
		assertThat(links.results().map((link) -> page.resolveSibling(link.group(1))))
			.allSatisfy((target) -> assertThat(target).exists());
	}

	@ParameterizedTest
	@ValueSource(classes = { ContiguityProperties.class, ContiguityOutboxProperties.class })
	void describesAllProperties(Class<?> properties) throws IOException {
		String readme = read(ROOT.resolve("README.md"));
		JsonNode metadata = JsonMapper.shared().readTree(metadata(properties).getContentAsByteArray());
		assertThat(metadata.get("properties")).hasSizeGreaterThan(20);
		for (JsonNode property : metadata.get("properties")) {
			if (!property.get("name").stringValue().startsWith("contiguity.")) {
				continue;
			}
			JsonNode defaultValue = property.path("defaultValue");
			String row = "| `" + property.get("name").stringValue() + "` |"
					+ ((defaultValue.isMissingNode() || defaultValue.isArray()) ? " – |"
							: " `" + defaultValue.asString() + "` |");
			assertThat(readme.contains(row)).describedAs("whether README.md has %s", row).isTrue();
		}
	}

	private static Resource metadata(Class<?> properties) throws IOException {
		// of several on the class path, the one next to the class
		String root = properties.getProtectionDomain().getCodeSource().getLocation().toString();
		for (Resource found : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:/META-INF/spring-configuration-metadata.json")) {
			if (found.getURL().toString().contains(root)) {
				return found;
			}
		}
		throw new FileNotFoundException("The metadata of " + properties);
	}

	private static String example(String language, String file, String name) {
		Path path = switch (language) {
			case "kotlin" -> KOTLIN.resolve("src").resolve(file + ".kt");
			case "xml" -> KOTLIN.resolve(file + ".xml");
			default -> SOURCES.resolve(file + ".java");
		};
		String source = read(path);
		Matcher start = Pattern.compile("(//|<!--) tag::" + name + "\\[].*\\n").matcher(source);
		assertThat(start.find()).describedAs("the start of %s in %s", name, file).isTrue();
		int to = source.indexOf(start.group(1) + " end::" + name + "[]");
		assertThat(to).describedAs("the end of %s in %s", name, file).isGreaterThan(start.end());
		String example = source.substring(start.end(), source.lastIndexOf('\n', to) + 1);
		return JAVADOC_OF_CLASS.matcher(example).replaceAll("");
	}

	private static String withoutIndentation(String code) {
		return code.replace("\t", "    ").stripTrailing().stripIndent().strip();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file).replace("\r\n", "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

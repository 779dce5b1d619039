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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.contiguity.spring.autoconfigure.ContiguityProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the Java code in README.md and docs/ is code that is compiled, and that the
 * table of properties is complete.
 */
class DocumentationExamplesTests {

	private static final Path ROOT = Path.of("..");

	private static final Path SOURCES = Path.of("src/test/java/com/contiguity/spring/docs");

	/** A block of Java, with the comment before it that says where it is from. */
	private static final Pattern BLOCK = Pattern
		.compile("(?:<!-- example: (?<file>\\w+)#(?<name>[\\w-]+) -->\\s*)?```java\\n(?<code>.*?)```", Pattern.DOTALL);

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
			String code = withoutIndentation(block.group(3));
			assertThat(block.group(1)).describedAs("the example in %s that this is from:%n%s", page, code).isNotNull();
			assertThat(code).describedAs("%s#%s in %s", block.group(1), block.group(2), page)
				.isEqualTo(withoutIndentation(example(block.group(1), block.group(2))));
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

	@Test
	void describesAllProperties() throws IOException {
		String readme = read(ROOT.resolve("README.md"));
		try (InputStream metadata = ContiguityProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			for (JsonNode property : JsonMapper.shared().readTree(metadata).get("properties")) {
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
	}

	private static String example(String file, String name) {
		String source = read(SOURCES.resolve(file + ".java"));
		String start = "// tag::" + name + "[]\n";
		int from = source.indexOf(start);
		int to = source.indexOf("// end::" + name + "[]");
		assertThat(from).describedAs("the start of %s in %s", name, file).isNotNegative();
		assertThat(to).describedAs("the end of %s in %s", name, file).isGreaterThan(from);
		return source.substring(from + start.length(), source.lastIndexOf('\n', to) + 1);
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

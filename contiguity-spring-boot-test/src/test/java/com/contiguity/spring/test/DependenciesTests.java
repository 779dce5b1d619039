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

import java.io.File;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the dependencies that the module adds to the tests of its users, and their
 * versions.
 */
class DependenciesTests {

	private final XPath xpath = XPathFactory.newInstance().newXPath();

	@Test
	void bringsTheLibraryAndMockServerOnly() throws Exception {
		assertThat(texts("pom.xml",
				"/project/dependencies/dependency[not(optional='true') and not(scope='test')]/artifactId"))
			.containsExactlyInAnyOrder("contiguity-spring-boot-autoconfigure", "mockserver-netty", "commons-beanutils",
					"prometheus-metrics-tracer-initializer", "jspecify");
	}

	@Test
	void takesExpectationsBesideTheRegistryOfPrometheus() throws Exception {
		new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).counter("there").increment();
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			sandbox.mockServer()
				.when(HttpRequest.request("/numbers/leased"))
				.respond(HttpResponse.response("{}").withHeader("Content-Type", "application/json"));
			assertThat(new SandboxCaller(sandbox).get("/numbers/leased").json().isEmpty()).isTrue();
		}
	}

	@Test
	void setsNoVersions() throws Exception {
		assertThat(texts("pom.xml", "/project/dependencies/dependency/version")).isEmpty();
		assertThat(texts("pom.xml", "/project/dependencyManagement")).isEmpty();
	}

	@Test
	void parentManagesOnlyWhatSpringBootDoesNot() throws Exception {
		String managed = "/project/dependencyManagement/dependencies/dependency[not(scope='import')]/groupId";
		assertThat(texts("../pom.xml", managed)).isNotEmpty()
			.doesNotContain("org.springframework.boot", "org.springframework", "io.netty", "io.projectreactor",
					"tools.jackson.core", "com.fasterxml.jackson.core", "org.testcontainers", "org.assertj",
					"org.junit.jupiter", "io.micrometer");
	}

	private List<String> texts(String pom, String path) throws Exception {
		Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(pom));
		NodeList nodes = (NodeList) this.xpath.evaluate(path, document, XPathConstants.NODESET);
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < nodes.getLength(); i++) {
			texts.add(nodes.item(i).getTextContent());
		}
		return texts;
	}

}

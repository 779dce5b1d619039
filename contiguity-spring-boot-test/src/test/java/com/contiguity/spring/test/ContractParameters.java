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

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import org.mockserver.model.HttpRequest;

import org.springframework.web.util.UriUtils;

/**
 * Checks the parameters and headers of requests, which MockServer's own validator does
 * not check.
 */
final class ContractParameters {

	private final OpenAPI api;

	ContractParameters(String description) {
		ParseOptions options = new ParseOptions();
		options.setResolve(true);
		options.setResolveFully(true);
		this.api = new OpenAPIV3Parser().readContents(description, null, options).getOpenAPI();
	}

	List<String> problems(HttpRequest request) {
		for (Map.Entry<String, PathItem> path : this.api.getPaths().entrySet()) {
			Operation operation = path.getValue()
				.readOperationsMap()
				.get(PathItem.HttpMethod.valueOf(request.getMethod().getValue()));
			Map<String, String> variables = variables(path.getKey(), request.getPath().getValue());
			if (operation != null && variables != null) {
				return problems(request, operation, variables);
			}
		}
		return List.of("There is no operation for " + request.getMethod() + " " + request.getPath());
	}

	private static Map<String, String> variables(String template, String path) {
		List<String> names = Pattern.compile("\\{(\\w+)}")
			.matcher(template)
			.results()
			.map((name) -> name.group(1))
			.toList();
		Matcher matcher = Pattern.compile(template.replaceAll("\\{\\w+}", "([^/]+)")).matcher(path);
		if (!matcher.matches()) {
			return null;
		}
		Map<String, String> variables = new LinkedHashMap<>();
		for (int i = 0; i < names.size(); i++) {
			variables.put(names.get(i), matcher.group(i + 1));
		}
		return variables;
	}

	private List<String> problems(HttpRequest request, Operation operation, Map<String, String> variables) {
		List<String> problems = new ArrayList<>();
		Map<String, List<String>> query = query(request);
		List<Parameter> parameters = (operation.getParameters() != null) ? operation.getParameters() : List.of();
		for (Parameter parameter : parameters) {
			List<String> values = (parameter.getIn().equals("path")) ? List.of(variables.get(parameter.getName()))
					: query.getOrDefault(parameter.getName(), List.of());
			if (values.size() != 1 && (Boolean.TRUE.equals(parameter.getRequired()) || !values.isEmpty())) {
				problems.add(parameter.getName() + " is there " + values.size() + " times");
			}
			values.forEach((value) -> check(parameter, value, problems));
		}
		query.keySet()
			.stream()
			.filter((name) -> parameters.stream()
				.noneMatch((parameter) -> parameter.getIn().equals("query") && parameter.getName().equals(name)))
			.forEach((name) -> problems.add(name + " is not a query parameter"));
		checkHeaders(request, operation, problems);
		return problems;
	}

	private static Map<String, List<String>> query(HttpRequest request) {
		Map<String, List<String>> query = new LinkedHashMap<>();
		if (request.getQueryStringParameterList() != null) {
			request.getQueryStringParameterList()
				.forEach((parameter) -> parameter.getValues()
					.forEach((value) -> query
						.computeIfAbsent(parameter.getName().getValue(), (name) -> new ArrayList<>())
						.add(value.getValue())));
		}
		return query;
	}

	private static void check(Parameter parameter, String raw, List<String> problems) {
		String name = parameter.getName();
		Schema<?> schema = parameter.getSchema();
		String pattern = (parameter.getExtensions() != null) ? (String) parameter.getExtensions().get("x-pattern")
				: null;
		if (raw.contains("+")) {
			problems.add(name + " has a plus sign, which servers may take for a blank");
		}
		String value = UriUtils.decode(raw, "UTF-8");
		if ("integer".equals(schema.getType()) && !isInRange(schema, value)) {
			problems.add(name + " is out of range");
		}
		if (pattern != null && !Pattern.compile(pattern).matcher(value).find()) {
			problems.add(name + " does not match " + pattern);
		}
		if (schema.getEnum() != null && !schema.getEnum().contains(value)) {
			problems.add(name + " is none of " + schema.getEnum());
		}
	}

	private static boolean isInRange(Schema<?> schema, String value) {
		if (!value.matches("-?\\d+")) {
			return false;
		}
		BigDecimal number = new BigDecimal(value);
		return (schema.getMinimum() == null || number.compareTo(schema.getMinimum()) >= 0)
				&& (schema.getMaximum() == null || number.compareTo(schema.getMaximum()) <= 0);
	}

	private void checkHeaders(HttpRequest request, Operation operation, List<String> problems) {
		SecurityScheme scheme = this.api.getComponents().getSecuritySchemes().values().iterator().next();
		String pattern = (String) scheme.getExtensions().get("x-pattern");
		if (!Pattern.compile(pattern).matcher(request.getFirstHeader(scheme.getName())).find()) {
			problems.add(scheme.getName() + " does not match " + pattern);
		}
		if (operation.getRequestBody() != null
				&& !operation.getRequestBody().getContent().containsKey(request.getFirstHeader("Content-Type"))) {
			problems.add("Content-Type is none of " + operation.getRequestBody().getContent().keySet());
		}
	}

}

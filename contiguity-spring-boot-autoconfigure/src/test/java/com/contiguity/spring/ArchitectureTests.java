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

package com.contiguity.spring;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.observation.ContiguityKeyName;
import com.contiguity.spring.observation.ContiguityMeterDocumentation;
import com.contiguity.spring.observation.DefaultImessageObservationConvention;
import com.contiguity.spring.observation.DefaultWebhookObservationConvention;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the structure of the library: its layers, and the rules of Spring Boot's own
 * build.
 */
class ArchitectureTests {

	private static final String ROOT = "com.contiguity.spring";

	/** Each layer may use the layers before it. */
	private static final List<List<String>> LAYERS = List.of(List.of(".internal.masking"), List.of(""),
			List.of(".internal.failure"), List.of(".internal.validation"), List.of(".imessage"), List.of(".event"),
			List.of(".observation"), List.of(".internal.observation"), List.of(".internal.client"), List.of(".line"),
			List.of(".internal.line"), List.of(".internal.delivery"), List.of(".core"), List.of(".internal.account"),
			List.of(".webhook"), List.of(".internal.webhook"), List.of(".health", ".actuate"),
			List.of(".autoconfigure", ".autoconfigure.health", ".autoconfigure.actuate", ".autoconfigure.webhook"),
			List.of(".testcontainers", ".docker.compose"));

	/** Internal types that only other modules of the project use. */
	private static final Set<String> FOR_OTHER_MODULES = Set.of("MessageText", "SendGuard", "SendWindow");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
		.importPackages(ROOT);

	@Test
	void everyPackageHasItsLayer() {
		List<String> known = LAYERS.stream().flatMap(List::stream).map((name) -> ROOT + name).toList();
		assertThat(CLASSES).isNotEmpty()
			.allSatisfy((type) -> assertThat(known).as(type.getName()).contains(type.getPackageName()));
	}

	@Test
	void eachLayerUsesOnlyThoseAboveIt() {
		for (int i = 0; i < LAYERS.size(); i++) {
			String[] layer = packages(LAYERS.subList(i, i + 1));
			String[] below = packages(LAYERS.subList(i + 1, LAYERS.size()));
			if (below.length > 0) {
				ArchRuleDefinition.noClasses()
					.that()
					.resideInAnyPackage(layer)
					.should()
					.dependOnClassesThat()
					.resideInAnyPackage(below)
					.allowEmptyShould(true)
					.check(CLASSES);
			}
		}
	}

	private static String[] packages(List<List<String>> layers) {
		return layers.stream().flatMap(List::stream).map((name) -> ROOT + name).toArray(String[]::new);
	}

	@Test
	void packagesAreFreeOfCycles() {
		SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				return SliceIdentifier.of(type.getPackageName());
			}

			@Override
			public String getDescription() {
				return "packages";
			}

		}).should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void theLibraryCanBeUsedWithoutAutoConfiguration() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(ROOT + ".autoconfigure..", ROOT + ".testcontainers..", ROOT + ".docker.compose..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.autoconfigure..", "org.springframework.boot.context..")
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() throws ClassNotFoundException {
		Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
		for (String name : packages) {
			assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class)).as(name).isTrue();
		}
	}

	@Test
	void autoConfigurationsArePublicAndFinalAndShowNothing() {
		ArchRuleDefinition.classes()
			.that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould(haveModifier(JavaModifier.FINAL))
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.check(CLASSES);
		for (JavaClass type : CLASSES) {
			if (type.isAnnotatedWith(AutoConfiguration.class)) {
				Class<?> autoConfiguration = type.reflect();
				assertThat(autoConfiguration.getConstructors()).isEmpty();
				assertThat(autoConfiguration.getFields()).isEmpty();
				assertThat(autoConfiguration.getDeclaredMethods())
					.noneMatch((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic());
			}
		}
	}

	private static ArchCondition<JavaClass> haveModifier(JavaModifier modifier) {
		return new ArchCondition<>("have modifier " + modifier) {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, type.getModifiers().contains(modifier),
						type.getName() + " has modifiers " + type.getModifiers()));
			}

		};
	}

	@Test
	void beanMethodsKeepTheRules() {
		ArchRuleDefinition.methods()
			.that()
			.areAnnotatedWith(Bean.class)
			.should()
			.notBePrivate()
			.andShould()
			.notBeAnnotatedWith(ConditionalOnClass.class)
			.andShould()
			.notHaveRawReturnType(DescribedPredicate.describe("private",
					(type) -> type.getModifiers().contains(JavaModifier.PRIVATE)))
			.check(CLASSES);
		for (JavaClass type : CLASSES) {
			for (JavaMethod method : type.getMethods()) {
				if (method.isAnnotatedWith(ConditionalOnMissingBean.class)) {
					Method reflected = method.reflect();
					assertThat(reflected.getAnnotation(ConditionalOnMissingBean.class).value()).as(method.getFullName())
						.doesNotContain(reflected.getReturnType());
				}
			}
		}
	}

	@Test
	void conditionsArePackagePrivate() {
		ArchRuleDefinition.classes()
			.that()
			.areAssignableTo(SpringBootCondition.class)
			.should()
			.notBePublic()
			.check(CLASSES);
	}

	@Test
	void configurationPropertiesNameTheirPrefixAsValue() {
		assertThat(CLASSES).filteredOn((type) -> type.isAnnotatedWith(ConfigurationProperties.class))
			.isNotEmpty()
			.allSatisfy(
					(type) -> assertThat(type.getAnnotationOfType(ConfigurationProperties.class).prefix()).isEmpty());
	}

	@Test
	void callsNothingThatBootsBuildForbids() {
		ArchRuleDefinition.noClasses()
			.should()
			.callMethod(Collectors.class, "toList")
			.orShould()
			.callMethod(String.class, "toLowerCase")
			.orShould()
			.callMethod(String.class, "toUpperCase")
			.orShould()
			.callMethod(Objects.class, "requireNonNull", Object.class, String.class)
			.orShould()
			.callMethod(URLEncoder.class, "encode", String.class, String.class)
			.orShould()
			.callMethod(Thread.class, "sleep", long.class)
			.orShould()
			.dependOnClassesThat()
			.resideInAnyPackage("javax.annotation..", "jakarta.annotation..", "com.fasterxml.jackson.databind..",
					"org.slf4j..")
			.check(CLASSES);
	}

	@Test
	void onlyThePackageForItNamesWhatIsMeasured() throws IOException {
		List<String> names = Stream
			.of(Arrays.stream(ContiguityMeterDocumentation.values()).map(ContiguityMeterDocumentation::getName),
					Stream.of(DefaultImessageObservationConvention.NAME, DefaultWebhookObservationConvention.NAME),
					Arrays.stream(ContiguityKeyName.values())
						.map(ContiguityKeyName::asString)
						.filter("message.id"::equals))
			.flatMap((name) -> name)
			.map((name) -> '"' + name + '"')
			.toList();
		assertThat(names).hasSize(8);
		List<String> naming = new ArrayList<>();
		try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
			for (Path source : sources.filter(Files::isRegularFile).toList()) {
				String text = Files.readString(source);
				if (names.stream().anyMatch(text::contains)) {
					naming.add(source.getParent().toString());
				}
			}
		}
		assertThat(naming).isNotEmpty().allMatch((name) -> name.endsWith("spring/observation"));
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(ROOT + ".observation", ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer.core..")
			.check(CLASSES);
	}

	@Test
	void onlyWhatAnApplicationNamesIsPublicInTheAutoConfiguration() {
		assertThat(publicTypes(".autoconfigure"))
			.allMatch((type) -> type.endsWith("AutoConfiguration") || type.endsWith("ConnectionDetails")
					|| type.endsWith("Customizer") || type.endsWith("Properties") || type.equals("ContiguityRetry"));
	}

	@Test
	void onlyWhatOtherPackagesNeedIsPublic() {
		for (JavaClass type : CLASSES) {
			if (type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass()
					&& type.getPackageName().startsWith(ROOT + ".internal")
					&& !FOR_OTHER_MODULES.contains(type.getSimpleName())
					&& type.getMethodsWithReturnTypeOfSelf().isEmpty()) {
				assertThat(type.getDirectDependenciesToSelf().stream().map((use) -> use.getOriginClass()))
					.as(type.getName())
					.anyMatch((user) -> !user.getPackageName().equals(type.getPackageName()));
			}
		}
	}

	private static List<String> publicTypes(String layer) {
		return CLASSES.stream()
			.filter((type) -> type.getPackageName().equals(ROOT + layer) && type.isTopLevelClass())
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)
			.toList();
	}

	@Test
	void noPublicSignatureNamesWhatIsInternal() {
		for (JavaClass type : CLASSES) {
			if (isInternal(type) || !isVisible(type)) {
				continue;
			}
			Set<JavaClass> named = new HashSet<>();
			type.getSuperclass().ifPresent((superclass) -> named.addAll(superclass.getAllInvolvedRawTypes()));
			type.getInterfaces().forEach((implemented) -> named.addAll(implemented.getAllInvolvedRawTypes()));
			type.getTypeParameters().forEach((parameter) -> named.addAll(parameter.getAllInvolvedRawTypes()));
			type.getFields()
				.stream()
				.filter((field) -> isVisible(field.getModifiers()))
				.forEach((field) -> named.addAll(field.getAllInvolvedRawTypes()));
			type.getCodeUnits()
				.stream()
				.filter((unit) -> isVisible(unit.getModifiers()))
				.forEach((unit) -> named.addAll(unit.getAllInvolvedRawTypes()));
			assertThat(named).as(type.getName()).noneMatch(ArchitectureTests::isInternal);
		}
	}

	private static boolean isInternal(JavaClass type) {
		return type.getPackageName().startsWith(ROOT + ".internal");
	}

	private static boolean isVisible(JavaClass type) {
		return isVisible(type.getModifiers())
				&& type.getEnclosingClass().map(ArchitectureTests::isVisible).orElse(true);
	}

	private static boolean isVisible(Set<JavaModifier> modifiers) {
		return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
	}

	@Test
	void importsAreSortedAndComplete() throws IOException {
		List<String> imports = lines(
				"META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");
		assertThat(imports).isSorted().doesNotHaveDuplicates();
		assertThat(imports).containsExactlyInAnyOrderElementsOf(CLASSES.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList());
	}

	@Test
	void factoriesAreSortedAndExist() throws Exception {
		Properties factories = new Properties();
		try (InputStream in = open("META-INF/spring.factories")) {
			factories.load(in);
		}
		assertThat(factories).isNotEmpty();
		for (String key : factories.stringPropertyNames()) {
			Class<?> type = Class.forName(key);
			List<String> names = Arrays.asList(factories.getProperty(key).split(","));
			assertThat(names).as(key).isSorted().doesNotHaveDuplicates();
			for (String name : names) {
				assertThat(type).isAssignableFrom(Class.forName(name.trim()));
			}
		}
	}

	private static List<String> lines(String resource) throws IOException {
		try (InputStream in = open(resource)) {
			return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"))
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.toList();
		}
	}

	private static InputStream open(String resource) throws IOException {
		String root = ImessageTemplate.class.getProtectionDomain().getCodeSource().getLocation().toString();
		return URI.create(root + resource).toURL().openStream();
	}

}

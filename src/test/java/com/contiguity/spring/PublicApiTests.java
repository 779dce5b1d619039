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
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the public API of the module with {@code src/test/resources/public-api.txt},
 * so that no change goes unnoticed. With {@code -Dcontiguity.api.update=true} it writes
 * the file instead. Each published module compiles and runs this class.
 */
class PublicApiTests {

	private static final Path CLASSES = Path.of("target", "classes");

	private static final Path FILE = Path.of("src", "test", "resources", "public-api.txt");

	/** Packages whose names are omitted. */
	private static final Pattern WELL_KNOWN = Pattern
		.compile("^(java|com\\.contiguity\\.spring)(\\.[a-z]+)*\\.(?=[A-Z])");

	private static final Set<String> OF_EVERY_OBJECT = Set.of("equals(Object)", "hashCode()", "toString()");

	private static final Set<String> OF_EVERY_ENUM = Set.of("valueOf(String)", "values()");

	@Test
	void thePublicApiIsTheOneOnRecord() throws IOException {
		List<String> actual = publicApi();
		if (Boolean.getBoolean("contiguity.api.update")) {
			Files.createDirectories(FILE.getParent());
			Files.write(FILE, actual);
			return;
		}
		List<String> onRecord = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
		assertThat(difference(onRecord, actual)).as("""
				The public API is not the one in %s/%s (-: on record, +: in the code). If you change it on purpose, run
				  ./mvnw -pl %1$s -am test -Dtest=PublicApiTests -Dsurefire.failIfNoSpecifiedTests=false \
				-Dcontiguity.api.update=true
				""", Path.of("").toAbsolutePath().getFileName(), FILE).isEmpty();
	}

	private static List<String> difference(List<String> onRecord, List<String> actual) {
		Set<String> removed = withTypes(onRecord);
		Set<String> added = withTypes(actual);
		Set<String> both = new TreeSet<>(removed);
		both.retainAll(added);
		removed.removeAll(both);
		added.removeAll(both);
		return Stream.concat(removed.stream().map((line) -> "- " + line), added.stream().map((line) -> "+ " + line))
			.toList();
	}

	/**
	 * Members are listed below their type in the file. Here, each line contains its type.
	 */
	private static Set<String> withTypes(List<String> lines) {
		Set<String> result = new TreeSet<>();
		String type = "";
		for (String line : lines) {
			if (line.startsWith("\t")) {
				result.add(type + ": " + line.strip());
			}
			else {
				type = line.substring(0, line.indexOf(':'));
				result.add(line);
			}
		}
		return result;
	}

	private static List<String> publicApi() throws IOException {
		List<String> lines = new ArrayList<>();
		for (Class<?> type : publicTypes()) {
			lines.add(declaration(type));
			members(type).forEach((member) -> lines.add("\t" + member));
		}
		assertThat(lines).isNotEmpty();
		return lines;
	}

	private static List<Class<?>> publicTypes() throws IOException {
		try (Stream<Path> files = Files.walk(CLASSES)) {
			return files.map((file) -> CLASSES.relativize(file).toString().replace('\\', '/'))
				.filter((name) -> name.endsWith(".class") && !name.endsWith("-info.class"))
				.map((name) -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
				.filter((name) -> !name.contains(".internal."))
				.sorted()
				.<Class<?>>map(PublicApiTests::load)
				.filter(PublicApiTests::isVisible)
				.toList();
		}
	}

	private static Class<?> load(String name) {
		try {
			return Class.forName(name, false, PublicApiTests.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean isVisible(Class<?> type) {
		return !type.isSynthetic() && !type.isAnonymousClass() && !type.isLocalClass()
				&& isVisible(type.getModifiers(), type.getEnclosingClass())
				&& (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
	}

	/** Protected members of a type that cannot be extended are not visible. */
	private static boolean isVisible(int modifiers, @Nullable Class<?> owner) {
		return Modifier.isPublic(modifiers)
				|| (Modifier.isProtected(modifiers) && owner != null && !Modifier.isFinal(owner.getModifiers()));
	}

	private static String declaration(Class<?> type) {
		StringBuilder result = new StringBuilder(type.getName());
		result.append(typeParameters(type.getTypeParameters())).append(": ");
		int modifiers = type.getModifiers() & ~Modifier.PUBLIC;
		if (type.isInterface() || type.isEnum()) {
			modifiers &= ~(Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL);
		}
		if (type.isRecord()) {
			modifiers &= ~(Modifier.FINAL | Modifier.STATIC);
		}
		result.append(modifiers(modifiers & ~Modifier.INTERFACE));
		result.append((type.isSealed()) ? "sealed " : "");
		result.append(kind(type));
		AnnotatedType superclass = type.getAnnotatedSuperclass();
		if (!type.isEnum() && !type.isRecord() && superclass != null && superclass.getType() != Object.class) {
			result.append(" extends ").append(name(superclass));
		}
		if (!type.isAnnotation() && type.getInterfaces().length > 0) {
			result.append((type.isInterface()) ? " extends " : " implements ")
				.append(names(type.getAnnotatedInterfaces()));
		}
		return result.toString();
	}

	private static String kind(Class<?> type) {
		if (type.isAnnotation()) {
			return "@interface";
		}
		if (type.isInterface()) {
			return "interface";
		}
		if (type.isEnum()) {
			return "enum";
		}
		return (type.isRecord()) ? "record" : "class";
	}

	private static Set<String> members(Class<?> type) {
		Set<String> result = new TreeSet<>();
		for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
			if (owner == type || !isVisible(owner)) {
				addMembers(type, owner, result);
			}
		}
		return result;
	}

	/** Members that a type inherits from an invisible type are part of it. */
	private static void addMembers(Class<?> type, Class<?> owner, Set<String> result) {
		for (Field field : owner.getDeclaredFields()) {
			if (isVisible(field, type)) {
				result.add((field.isEnumConstant()) ? field.getName()
						: modifiers(field) + name(field.getAnnotatedType()) + " " + field.getName());
			}
		}
		if (owner == type) {
			for (Constructor<?> constructor : owner.getDeclaredConstructors()) {
				if (isVisible(constructor, type)) {
					result.add(modifiers(constructor) + type.getSimpleName() + parameters(constructor)
							+ exceptions(constructor));
				}
			}
		}
		for (Method method : owner.getDeclaredMethods()) {
			String signature = method.getName() + parameters(method);
			if (isVisible(method, type) && !OF_EVERY_OBJECT.contains(signature.replace("@Nullable ", ""))
					&& !(type.isEnum() && OF_EVERY_ENUM.contains(signature))) {
				result.add(modifiers(method) + (method.isDefault() ? "default " : "")
						+ typeParameters(method.getTypeParameters()) + name(method.getAnnotatedReturnType()) + " "
						+ signature + exceptions(method) + ((method.getDefaultValue() != null) ? " default" : ""));
			}
		}
	}

	private static boolean isVisible(Member member, Class<?> type) {
		return !member.isSynthetic() && isVisible(member.getModifiers(), type);
	}

	private static String modifiers(Member member) {
		int ofApi = Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
		return modifiers(member.getModifiers() & ofApi);
	}

	private static String modifiers(int modifiers) {
		String names = Modifier.toString(modifiers);
		return (names.isEmpty()) ? names : names + " ";
	}

	private static String parameters(Executable executable) {
		Class<?> owner = executable.getDeclaringClass();
		if (owner.isRecord() && executable instanceof Constructor<?>) {
			RecordComponent[] components = owner.getRecordComponents();
			if (Arrays.equals(executable.getParameterTypes(),
					Arrays.stream(components).map(RecordComponent::getType).toArray())) {
				// the compiler determines what is known of the parameters of an implicit
				// constructor
				return "(" + names(
						Arrays.stream(components).map(RecordComponent::getAnnotatedType).toArray(AnnotatedType[]::new))
						+ ")";
			}
		}
		return "(" + names(executable.getAnnotatedParameterTypes()) + ")";
	}

	private static String exceptions(Executable executable) {
		AnnotatedType[] exceptions = executable.getAnnotatedExceptionTypes();
		return (exceptions.length > 0) ? " throws " + names(exceptions) : "";
	}

	private static String typeParameters(TypeVariable<?>[] parameters) {
		if (parameters.length == 0) {
			return "";
		}
		StringJoiner result = new StringJoiner(", ", "<", "> ");
		for (TypeVariable<?> parameter : parameters) {
			result.add(parameter.getName() + bounds(parameter.getAnnotatedBounds()));
		}
		return result.toString();
	}

	private static String bounds(AnnotatedType[] bounds) {
		String names = Arrays.stream(bounds).map(PublicApiTests::name).collect(Collectors.joining(" & "));
		return (names.isEmpty() || names.equals("Object")) ? "" : " extends " + names;
	}

	private static String names(AnnotatedType[] types) {
		return Arrays.stream(types).map(PublicApiTests::name).collect(Collectors.joining(", "));
	}

	private static String name(AnnotatedType type) {
		if (type instanceof AnnotatedArrayType array) {
			return name(array.getAnnotatedGenericComponentType()) + nullable(type, " ") + "[]";
		}
		if (type instanceof AnnotatedWildcardType wildcard) {
			AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
			return (lower.length > 0) ? "? super " + names(lower) : "?" + bounds(wildcard.getAnnotatedUpperBounds());
		}
		String arguments = "";
		Type plain = type.getType();
		if (type instanceof AnnotatedParameterizedType parameterized) {
			arguments = "<" + names(parameterized.getAnnotatedActualTypeArguments()) + ">";
			plain = ((ParameterizedType) plain).getRawType();
		}
		String name = (plain instanceof Class<?> named) ? named.getCanonicalName() : plain.getTypeName();
		return nullable(type, "") + WELL_KNOWN.matcher(name).replaceFirst("") + arguments;
	}

	private static String nullable(AnnotatedElement type, String before) {
		return type.isAnnotationPresent(Nullable.class) ? before + "@Nullable " : "";
	}

}

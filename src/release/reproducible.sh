#!/usr/bin/env bash
# Builds the published artifacts twice, from two fresh clones, and compares every file for Maven Central.
# Usage: src/release/reproducible.sh [module,module…]
set -euo pipefail
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
modules=${1:-contiguity-spring-boot-bom,contiguity-spring-boot-starter,contiguity-spring-boot-starter-outbox,contiguity-spring-boot-test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME: prints a hash and a name for each file
build() {
	git clone -q "$root" "$work/$1"
	(
		cd "$work/$1"
		# paths and times differ on purpose
		CI=true ./mvnw -q -B -ntp -Prelease -DskipTests -Dgpg.skip -pl "$modules" -am verify >&2
		find . -path '*/target/*' \( -name '*.jar' -o -name '.flattened-pom.xml' -o -name 'bom.json' \) \
			! -path '*/classes/*' -print0 | sort -z | xargs -0 sha256sum
	) >"$work/$1.sums"
}

# complete CLONE: whether each published module has everything that Maven Central requires
complete() {
	local pom element module
	for pom in "$1"/*/target/.flattened-pom.xml; do
		for element in name description url license developer scm; do
			grep -q "<$element[ >]" "$pom" || { echo "$pom has no <$element>"; return 1; }
		done
		! grep -q '<parent>' "$pom" || { echo "$pom has a parent"; return 1; }
		module=$(dirname "$pom")
		if ! grep -q '<packaging>pom' "$pom"; then
			for kind in sources javadoc; do
				ls "$module"/*-"$kind".jar >/dev/null || return 1
			done
		fi
		[[ -s $module/bom.json ]] || { echo "$module has no SBOM"; return 1; }
	done
}

build first
complete "$work/first"
build second
[[ -s $work/first.sums ]] || { echo "Nothing was built"; exit 1; }
if ! diff "$work/first.sums" "$work/second.sums"; then
	echo "Two builds differ"
	exit 1
fi
echo "Two builds give the same bytes: $(wc -l <"$work/first.sums") files"

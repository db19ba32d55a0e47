#!/usr/bin/env bash
# clang-tidy (.clang-tidy says which checks) over the rooms whose files take seconds: those without libtorch.
#
#   check-tidy.sh            all of those rooms
#   check-tidy.sh FILE...    these files, with libtorch or without
#
# Needs build/release as packaging/test.sh or run.sh leaves it.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures
find_places
ensure_packages "${packages_to_check[@]}"
step "clang-tidy"
[ -f "$build/compile_commands.json" ] || fail "The build isn't configured." "Run packaging/test.sh or packaging/run.sh before."
trap - ERR

cd "$project" || exit "$exit_setup_failed"
files=("$@")
if [ $# -eq 0 ]; then
  mapfile -t files < <(git ls-files 'app/*.cpp' 'core/api/*.cpp' 'core/hub/*.cpp' 'core/output/*.cpp' 'core/input/text/*.cpp')
fi
# Only what the build compiles: a file of another configuration has no command.
compiled=$(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$build/compile_commands.json")
listed=()
for file in "${files[@]}"; do
  if grep -qxF "$project/${file#"$project"/}" <<< "$compiled"; then listed+=("$file"); fi
done
note "${#listed[@]} files"
# Without the window's precompiled header, which is GCC's.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed 's/ -Winvalid-pch -include [^ "]*cmake_pch[^ "]*//' "$build/compile_commands.json" > "$commands/compile_commands.json"
printf '%s\0' "${listed[@]}" | xargs -0 -r -P "$(parallel_jobs)" -n 4 \
  clang-tidy --quiet -p "$commands" --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings generated\|warning generated' >&2) || {
  say "clang-tidy found something; it is above."
  exit 1
}
say "clang-tidy: nothing found."

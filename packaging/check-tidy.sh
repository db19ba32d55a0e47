#!/usr/bin/env bash
# clang-tidy (.clang-tidy says which checks) over all that does not include libtorch.
#
#   check-tidy.sh            all of that
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
leave_out=()
if [ $# -eq 0 ]; then
  mapfile -t files < <(git ls-files 'app/*.cpp' 'core/*.cpp' 'ui/*.cpp')
  leave_out=(--leave-out /torch/include)
fi
/usr/bin/python3 -B packaging/tidy_groups.py "${leave_out[@]}" "$build/compile_commands.json" "$(parallel_jobs)" "${files[@]}" || {
  say "clang-tidy found something; it is above."
  exit 1
}
say "clang-tidy: nothing found."

#!/usr/bin/env bash
# Whether all C++ of ours is as .clang-format says. `check-format.sh --fix` writes it so.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures
find_places
ensure_packages "${packages_to_check[@]}"
trap - ERR

cd "$project" || exit "$exit_setup_failed"
files=()
while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then files+=("$file"); fi
done < <(git ls-files -z '*.cpp' '*.h')
on_each() { printf '%s\0' "${files[@]}" | xargs -0 -r -P "$(nproc)" -n 40 clang-format "$@"; }

if [ "${1:-}" = --fix ]; then
  on_each -i
elif ! found=$(on_each --dry-run -Werror 2>&1); then
  # One line a file; what exactly is wrong with it, --fix knows.
  sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: .*/\1/p' <<< "$found" | sort | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)/  \2: \1 places/' >&2
  say "These are not as .clang-format says. packaging/check-format.sh --fix writes them so."
  exit 1
fi
say "Format: ${#files[@]} files as they should be."

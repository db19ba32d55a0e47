#!/usr/bin/env bash
# Sets everything up, builds all and runs the tests. See README.md.
#
#   packaging/test.sh [--with-python] [CTEST ARGS...]      e.g. packaging/test.sh -L fast, packaging/test.sh -R tokenizer
#
# --with-python: also the comparisons that run transformers (5 GB more in the cache folder, some minutes).
# FOVEA_REFERENCE=DIR: also the tests that need the reference folder. Exit status: ctest's, or 69 if set-up failed.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages gpu libtorch build python; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures

with_python=no
if [ "${1:-}" = --with-python ]; then
  with_python=yes
  shift
fi
reference=${FOVEA_REFERENCE:-}
if [ -n "$reference" ]; then
  [ -d "$reference" ] || fail "FOVEA_REFERENCE names $reference, which is no folder." "Correct it, or unset it."
  FOVEA_REFERENCE=$(cd "$reference" && pwd -P)
  reference=$FOVEA_REFERENCE
fi

find_places
ensure_packages "${packages_to_build[@]}" "${packages_to_test[@]}"
ensure_libtorch
ensure_python "$project/tests/app/clients/requirements.txt" "The server's clients for the tests, as Python packages" 250 ""
clients_python=$python
python=""
if [ "$with_python" = yes ]; then
  ensure_python "$project/tests/oracle/requirements.txt" "The reference's Python packages" 4500 "; or go without --with-python"
fi

step "The set-up's own tests"
if ! /usr/bin/python3 -B "$project/packaging/setup/libtorch/fetch_test.py" "$cache/libtorch" >&2 < /dev/null; then
  fail "The set-up's own tests failed." "Their message is above."
fi

lock "$build" "build"
configure "-DFOVEA_TORCH_ROOT=$torch_root" -DFOVEA_TESTS=ON "-DFOVEA_REFERENCE=$reference" "-DFOVEA_PYTHON=$python" \
  "-DFOVEA_CLIENTS_PYTHON=$clients_python"
build_targets "the program and its tests" all
unlock
trap - ERR INT TERM

step "Tests"
cd "$build" || exit "$exit_setup_failed"
exec ctest --output-on-failure -j "$(parallel_jobs)" "$@" < /dev/null

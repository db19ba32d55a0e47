#!/usr/bin/env bash
# ThreadSanitizer over what has threads and no torch: the kernels' crew, the engine's loop with a synthetic model, the
# engine that unloads itself, the one that is a server elsewhere, the engine in a child and its supervision, watching,
# and the server. Nothing is suppressed; libtorch is not in these programs. Needs what packaging/test.sh set up.
#
#   packaging/check-threads.sh
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages gpu libtorch build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures
find_places
ensure_libtorch
trap - ERR INT TERM

set -euo pipefail
step "ThreadSanitizer"
tsan=$project/build/tsan
cmake -G Ninja -S "$project" -B "$tsan" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DFOVEA_SANITIZE=thread -DFOVEA_UNITY=ON \
  "-DFOVEA_TORCH_ROOT=$torch_root" > /dev/null
cmake --build "$tsan" --target crew_test fleet_test engine_loop_test remote_test child_wire_test child_supervision_test \
  watch_test server_test -j "$(parallel_jobs)" > /dev/null
cd "$project"
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/device/crew_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/fleet/fleet_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/engine/engine_loop_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/remote/remote_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/child/child_wire_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/child/child_supervision_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/core/watch/watch_test" --gtest_brief=1
TSAN_OPTIONS=halt_on_error=1 "$tsan/tests/app/server/server_test" --gtest_brief=1

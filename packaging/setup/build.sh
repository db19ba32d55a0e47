# shellcheck shell=bash
# Configures and builds the program in build/release. Sourced by the scripts in packaging/ after libtorch.sh.

# How many compilers at once: one a core, each with 2 GB of memory that is free.
parallel_jobs() {
  local cores memory limit
  cores=$(nproc)
  memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2> /dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && [ $((limit >> 20)) -lt "$memory" ]; then memory=$((limit >> 20)); fi
  local jobs=$((memory / 2000))
  [ "$jobs" -le "$cores" ] || jobs=$cores
  [ "$jobs" -ge 1 ] || jobs=1
  printf '%s' "${FOVEA_JOBS:-$jobs}"
}

# is_configured OPTION...: whether the build folder was configured for this checkout with these options among others.
is_configured() {
  local option
  [ -f "$build/build.ninja" ] && [ "$(head -n 1 "$build/configured" 2> /dev/null)" = "$project" ] || return 1
  for option in "$@"; do grep -qxF -e "$option" "$build/configured" || return 1; done
}

# configure OPTION...: runs CMake where the build folder isn't configured so already.
configure() {
  local log=$build/configure.log
  if is_configured "$@"; then return 0; fi
  step "Configuring the build"
  if [ -f "$build/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$project" "$build/CMakeCache.txt"; then
    note "the checkout has moved; beginning with an empty build folder"
    find "$build" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
  fi
  # FOVEA_UNITY=OFF in the environment compiles each file alone, as who changes the program wants it.
  if ! (cd "$project" && cmake --preset release "-DFOVEA_UNITY=${FOVEA_UNITY:-ON}" "$@") > "$log" 2>&1 < /dev/null; then
    rm -f "$build/configured"
    show_end_of "$log" 25
    fail "CMake could not configure the build; its last words are above, all of them in $log." \
      "If a package is named above, install it. If that doesn't help, delete $build and start again."
  fi
  printf '%s\n' "$project" "$@" > "$build/configured"
}

# build_targets WHAT TARGET...
build_targets() {
  local what=$1 jobs
  shift
  # CMake may be due again because one of its files changed: then ninja -n lists that alone.
  case $(cd "$build" && ninja -n "$@" 2> /dev/null < /dev/null | tail -n 1) in
    *"no work to do"*) return 0 ;;
  esac
  jobs=$(parallel_jobs)
  step "Building $what ($jobs at a time)"
  if ! (cd "$build" && exec ninja -j "$jobs" "$@") >&2 < /dev/null; then
    fail "The build failed; the compiler's message is above." \
      "If the compiler was killed, memory was short: start again with FOVEA_JOBS=1.
If the checkout has changes of yours, look at them; if not, delete $build and start again."
  fi
}

# ensure_program: the program alone. A build folder that has tests in it keeps them.
ensure_program() {
  lock "$build" "build"
  if ! is_configured "-DFOVEA_TORCH_ROOT=$torch_root"; then
    configure "-DFOVEA_TORCH_ROOT=$torch_root" -DFOVEA_TESTS=OFF
  fi
  build_targets "the program" fovea
  unlock
}

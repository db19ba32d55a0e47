# shellcheck shell=bash
# Where things are. Nothing is written outside the checkout and the cache folder (apt apart).
# Sourced by the scripts in packaging/ after messages.sh; `project` is set by them.

# find_cache: sets `cache`, which nobody else's files are in.
find_cache() {
  local user_cache=${XDG_CACHE_HOME:-}
  if [[ $user_cache != /* ]]; then  # the XDG rule: a relative path counts as none
    [ -n "${HOME:-}" ] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    [ -n "${HOME:-}" ] || fail "There is no home folder to keep downloads in." "Set XDG_CACHE_HOME to a folder of yours."
    user_cache=$HOME/.cache
  fi
  cache=$user_cache/fovea
}

# find_places: for scripts that build; sets `build` too.
find_places() {
  find_cache
  build=$project/build/release
  make_writable "$cache" "set XDG_CACHE_HOME to a folder of yours"
  # Were ccache installed, its files belong here too.
  export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache} CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-1G}
}

# make_writable FOLDER OTHERWISE
make_writable() {
  if ! mkdir -p "$1" 2> /dev/null || ! [ -w "$1" ]; then
    fail "$(id -un) cannot write to $1." "Make it writable, or $2."
  fi
}

# lock FOLDER WHAT: waits until nobody else works in FOLDER. One lock at a time; unlock before the program starts,
# or it would hold the lock for as long as it runs.
lock() {
  make_writable "$1" "work in a copy of your own"
  exec {lock_descriptor}> "$1/lock"
  if ! flock -n "$lock_descriptor"; then
    note "another $2 is under way; waiting for it"
    flock "$lock_descriptor"
  fi
}
unlock() { exec {lock_descriptor}>&-; }

# need_space FOLDER MEGABYTES WHAT
need_space() {
  local free
  free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
  if [ "$free" -lt "$2" ]; then
    fail "$3 needs $2 MB in $1; $free MB are free." "Free some space there, or set XDG_CACHE_HOME to a folder on a larger disk."
  fi
}

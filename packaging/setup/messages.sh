# shellcheck shell=bash
# What set-up says, all of it on standard error: steps, notes, and failures with their remedy.
# Sourced by the scripts in packaging/.

readonly exit_setup_failed=69  # no exit status of fovea's, so that a caller can tell them apart
current_step="set-up"

say() { printf '%s\n' "$*" >&2; }

# step NAME: what is done now; a failure from here on names it.
step() {
  current_step=$1
  say "[set-up] $1"
}

note() { say "         $*"; }

# fail WHAT REMEDY: ends the script. REMEDY may have several lines.
fail() {
  say ""
  say "Set-up stopped at: $current_step"
  say "  $1"
  say "What to do:"
  printf '%s\n' "$2" | sed 's/^/  /' >&2
  exit "$exit_setup_failed"
}

# For what no step foresaw: names the step instead of ending silently.
unforeseen() {
  local status=$?
  fail "An unexpected error (status $status) in ${BASH_SOURCE[1]##*/}, line ${BASH_LINENO[0]}." \
    "Start the same command again; what is done is kept."
}

interrupted() {
  trap - ERR
  say ""
  say "Stopped during: $current_step. What is done is kept; start again to go on."
  exit 130
}

watch_for_failures() {
  set -Eeuo pipefail
  trap unforeseen ERR
  trap interrupted INT TERM
}

# The last lines of a log, for a failure's sake.
show_end_of() {
  [ -s "$1" ] || return 0
  say ""
  tail -n "${2:-15}" "$1" | tr -d '\r' | sed 's/^/  | /' >&2
}

# on_one_line TEXT: progress. A terminal shows the newest in place; anything else gets a line each.
on_one_line() {
  if [ -t 2 ]; then printf '\r\033[K         %s' "$1" >&2; else note "$1"; fi
}
end_line() { if [ -t 2 ]; then printf '\r\033[K' >&2; fi; }

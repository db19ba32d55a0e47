# shellcheck shell=bash
# Debian's packages: what is missing is installed as root, or by sudo, or named in one command to run.
# Sourced by the scripts in packaging/ after messages.sh and places.sh.

readonly packages_without_window=(
  g++ cmake ninja-build pkg-config ca-certificates python3-venv
  libopencv-imgcodecs-dev libopencv-imgproc-dev libopencv-videoio-dev
  libjpeg-dev libtiff-dev libwebp-dev zlib1g-dev libpcre2-dev libutf8proc-dev libxxhash-dev nlohmann-json3-dev libcli11-dev
  libcurl4-openssl-dev libssl-dev libboost-dev libyaml-cpp-dev)
readonly packages_to_build=("${packages_without_window[@]}"
  qt6-base-dev qt6-svg-dev qt6-l10n-tools qtkeychain-qt6-dev libqt6sql6-sqlite)
readonly packages_to_test=(libgtest-dev libgmock-dev python3-numpy python3-jsonschema curl chromium chromium-sandbox chromium-driver openssl xvfb xauth xdotool poppler-utils xclip
  desktop-file-utils appstream gnome-keyring libsecret-1-0)
readonly packages_to_check=(clang-format clang-tidy git)

# The names among the arguments that are not installed, one a line.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | awk '$2 == "installed" { print $1 }') || true
  comm -23 <(printf '%s\n' "$@" | sort) <(printf '%s\n' "$installed" | sort -u)
}

# as_root COMMAND...: directly, or by sudo, whose password is asked for only where somebody can type it.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n -- "$@"; fi
}

may_become_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo > /dev/null || return 1
  sudo -n true 2> /dev/null && return 0
  [ -t 0 ] && [ -t 2 ] && sudo -v
}

# Of what apt-get prints the machine-readable progress, KIND:ID:PERCENT:TEXT.
show_apt_progress() {
  local line kind percent last="" shown
  while IFS= read -r line; do
    case $line in
      dlstatus:* | pmstatus:*)
        IFS=: read -r kind _ percent _ <<< "$line"
        percent=${percent%%.*}
        if [ "$kind" = dlstatus ]; then shown="fetching packages"; else shown="installing packages"; fi
        if [ ! -t 2 ]; then percent=$((percent / 25 * 25)); fi
        if [ "$shown $percent" != "$last" ]; then
          last="$shown $percent"
          on_one_line "$shown: $percent %"
        fi
        ;;
    esac
  done
  end_line
}

# run_apt LOG ARGS...: the progress goes to descriptor 3 of root's shell, as sudo passes none but the standard ones, and
# apt would close a standard one to the packages' scripts.
run_apt() {
  local log=$1
  shift
  as_root sh -c 'exec "$@" 3>&1' sh env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -y -q \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 "$@" \
    < /dev/null 2>&1 | tee -a "$log" | show_apt_progress
}

# Of apt's log the lines that say why.
show_apt_errors() {
  grep -E '^(E|Err|W|dpkg):|^pmerror:.*(script|space)|error' "$1" | grep -v 'dependency problems' | cut -c1-160 | head -n 10 > "$1.errors" || true
  if [ -s "$1.errors" ]; then show_end_of "$1.errors"; else show_end_of "$1" 10; fi
}

# ensure_packages NAME...: returns when all are installed.
ensure_packages() {
  local missing log
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    current_step="Debian packages"
    fail "This is not a Debian system: there is no apt." "Use Debian 12, or a container of it."
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0

  lock "$cache" "set-up"
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # package names, one a word
    set -- $missing
    step "Debian packages: $# to install"
    note "$*"
    local command="apt-get update && apt-get install -y --no-install-recommends $*"
    may_become_root || fail "They are missing, and $(id -un) may not install packages." "Run this as root, then start again:

$command"
    log=$cache/apt.log
    : > "$log"
    if ! run_apt "$log" update; then note "the package lists could not be brought up to date; trying with those at hand"; fi
    if ! run_apt "$log" install --no-install-recommends "$@"; then
      show_apt_errors "$log"
      fail "apt-get could not install them; why is above, all it said is in $log." \
        "Check the network and the disk, or run as root what set-up tried, then start again:

$command"
    fi
  fi
  unlock
}

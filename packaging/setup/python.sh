# shellcheck shell=bash
# Pythons with packages of their own, for tests; users need none of it.
# Sourced by the scripts in packaging/ after places.sh. Sets python.

# ensure_python REQUIREMENTS WHAT MEGABYTES OTHERWISE: a virtual environment of its own for each version of that file.
ensure_python() {
  local requirements=$1 what=$2 megabytes=$3 otherwise=$4 folder log
  folder=$cache/python/$(sha256sum < "$requirements" | cut -c1-12)
  python=$folder/bin/python
  if [ -e "$folder/complete" ]; then return 0; fi
  step "$what ($megabytes MB)"
  lock "$cache" "set-up"
  log=$cache/python.log
  need_space "$cache" $((megabytes * 2)) "$what"
  mkdir -p "$folder/tmp"
  if ! { /usr/bin/python3 -m venv "$folder" &&
    TMPDIR=$folder/tmp PIP_USER=0 "$python" -m pip install --no-input --disable-pip-version-check --no-cache-dir \
      --progress-bar off --only-binary :all: -r "$requirements"; } < /dev/null 2>&1 | tee "$log" | show_packages; then
    show_end_of "$log" 8
    fail "The packages could not be installed; pip's last words are above, all of them in $log." \
      "Check the network, then start again$otherwise."
  fi
  rm -rf "$folder/tmp"
  touch "$folder/complete"
  unlock
}

# Of pip's many lines those that say how far it is.
show_packages() {
  local line
  while IFS= read -r line; do
    case $line in
      Collecting\ * | Installing\ collected*) on_one_line "${line:0:70}" ;;
    esac
  done
  end_line
}

# shellcheck shell=bash
# The offer to fetch libtorch, on a terminal or in a dialog. Sourced by the Debian package's starter after libtorch.sh.

# offer_libtorch ARGUMENTS: returns once libtorch is there; ends the script (69) if it does not come to that. ARGUMENTS: how many
# the program is started with; with none its window is wanted, and a dialog is an answer.
offer_libtorch() {
  local text="Fovea computes on libtorch, which is not in its package. It is fetched once from Python's package index (550 MB; 2 GB free space are needed meanwhile), checked, and kept in $cache."
  if [[ " ${libtorch_wanted[*]} " == *" cuda "* ]]; then text=${text/550 MB; 2 GB/3 GB with CUDA for the NVIDIA GPU of this machine; 8 GB}; fi
  current_step="libtorch"
  find_dialog "$1"
  case ${FOVEA_FETCH:-} in
    yes) ;;
    no) decline "It is not on this machine, and FOVEA_FETCH=no forbids fetching it." ;;
    *) ask_for_consent "$text" ;;
  esac
  if [ "$dialog" = zenity ]; then fetch_behind_dialog; else fetch_on_terminal; fi
  find_libtorch  # a set that a lost connection left out is not fatal; the processor's is there now
}

# find_dialog ARGUMENTS: sets dialog to what can ask on this desktop, or to nothing.
find_dialog() {
  dialog=""
  if [ -t 2 ] || [ "$1" -gt 0 ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then return 0; fi
  if command -v zenity > /dev/null; then
    dialog=zenity
  elif command -v kdialog > /dev/null; then
    dialog=kdialog
  fi
}

decline() {
  fail "$1" "Start it once with:  fovea --yes
Or set FOVEA_LIBTORCH to a folder that holds torch/ and nvidia/ as the wheels lay them out."
}

ask_for_consent() {
  local answer
  case $dialog in
    zenity) zenity --question --no-markup --width 420 --title Fovea --ok-label Download --cancel-label Cancel --text "$1" && return 0 ;;
    kdialog) kdialog --title Fovea --yesno "$1" && return 0 ;;
    *)
      [ -t 0 ] && [ -t 2 ] || decline "libtorch, on which it computes, is not on this machine yet, and nobody can be asked here."
      say "$1"
      printf 'Fetch it now? [Y/n] ' >&2
      read -r answer || answer=n
      case $answer in "" | [Yy] | [Yy]es) return 0 ;; esac
      ;;
  esac
  decline "libtorch was not fetched."
}

# fetch_on_terminal: and for a desktop without zenity, which is told when it begins and how it failed.
fetch_on_terminal() {
  if [ "$dialog" != kdialog ]; then
    ensure_libtorch
    return 0
  fi
  kdialog --title Fovea --passivepopup "Fetching libtorch; the window opens when it is there." 10 || true
  local log=$cache/first-start.log
  make_writable "$cache" "set XDG_CACHE_HOME to a folder of yours"
  if (ensure_libtorch) 2> "$log"; then return 0; fi
  kdialog --title Fovea --error "$(failure_in "$log")" || true
  end_after_failure "$log"
}

# What fail said, of a log.
failure_in() { sed -n '/^Set-up stopped at/,$p' "$1"; }

end_after_failure() {
  failure_in "$1" >&2
  exit "$exit_setup_failed"
}

# Progress as zenity reads it: a percentage a line, and after # what is being done.
for_zenity() {
  local line
  while IFS= read -r line; do
    line=${line#"${line%%[! ]*}"}
    printf '# %s\n' "${line#'[set-up] '}"
    if [[ $line =~ \(([0-9]+)\ %\)$ ]] && [ "${BASH_REMATCH[1]}" -lt 100 ]; then printf '%s\n' "${BASH_REMATCH[1]}"; fi
  done
  printf '100\n'
}

# A window with a bar and Cancel. The download has a process group of its own, so that Cancel ends all of it.
fetch_behind_dialog() {
  local log=$cache/first-start.log fetching
  make_writable "$cache" "set XDG_CACHE_HOME to a folder of yours"
  : > "$log"
  set -m
  (FOVEA_PROGRESS=fine ensure_libtorch) > /dev/null 2>> "$log" < /dev/null &
  fetching=$!
  set +m
  if ! tail -n +1 -f --pid="$fetching" "$log" 2> /dev/null | for_zenity 2> /dev/null |
    zenity --progress --no-markup --width 420 --title Fovea --text "Fetching libtorch" --auto-close; then
    kill -TERM -- "-$fetching" 2> /dev/null || true
    wait "$fetching" || true
    decline "libtorch was not fetched: the download was cancelled. What has arrived is kept."
  fi
  if wait "$fetching"; then return 0; fi
  zenity --error --no-markup --width 420 --title Fovea --text "$(failure_in "$log")" || true
  end_after_failure "$log"
}

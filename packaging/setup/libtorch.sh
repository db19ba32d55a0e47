# shellcheck shell=bash
# libtorch out of PyPI's wheels, in the cache folder, in the wheels' own layout (their libraries find each other by it).
# Sourced after messages.sh, places.sh and gpu.sh by the scripts in packaging/ and by the Debian package's starter. Sets torch_root.

# set_complete SET: whether all of its libraries are there with their sizes. One stat; no Python.
set_complete() {
  local recorded found
  recorded=$(cat "$torch_root/$1.complete" 2> /dev/null) && [ -n "$recorded" ] || return 1
  found=$(cd "$torch_root" && printf '%s\n' "$recorded" | cut -d' ' -f2- | tr '\n' '\0' | xargs -0 stat -c '%s %n' -- 2> /dev/null) || true
  [ "$found" = "$recorded" ]
}

readonly libtorch_pieces=${BASH_SOURCE[0]%/*}/libtorch

fetch_sets() {
  /usr/bin/python3 -B "$libtorch_pieces/fetch.py" "$torch_root" "$cache/libtorch" "$@" < /dev/null
}

# find_libtorch: sets torch_root and, in libtorch_wanted, the sets that are missing there. Writes nothing.
find_libtorch() {
  local key
  key=$(cat "$libtorch_pieces/cpu.lock" "$libtorch_pieces/cuda.lock" "$libtorch_pieces/contents.py" | sha256sum | cut -c1-12)
  torch_root=$cache/libtorch/2.11.0-$key
  libtorch_wanted=()
  set_complete cpu || libtorch_wanted+=(cpu)
  if ! set_complete cuda && has_nvidia_gpu; then libtorch_wanted+=(cuda); fi
}

ensure_libtorch() {
  local reason wanted megabytes=2000
  find_libtorch
  [ "${#libtorch_wanted[@]}" -gt 0 ] || return 0
  wanted=("${libtorch_wanted[@]}")
  if [[ " ${wanted[*]} " == *" cuda "* ]]; then megabytes=8000; fi

  current_step="libtorch"
  [ "$(uname -m)" = x86_64 ] || fail "There is no libtorch for $(uname -m) in this version." "Use an x86-64 machine."
  lock "$cache" "set-up"
  if [[ " ${wanted[*]} " == *" cuda "* ]]; then
    step "libtorch 2.11.0 with CUDA, for the NVIDIA GPU of this machine (FOVEA_GPU=0 goes without)"
  else
    step "libtorch 2.11.0 for the processor"
  fi
  if [ -e "$torch_root/cpu.complete" ] && [ "${wanted[0]}" = cpu ]; then note "what is there is damaged; fetching that part again"; fi
  mkdir -p "$torch_root"
  need_space "$torch_root" "$megabytes" "libtorch"
  if ! reason=$(fetch_sets "${wanted[@]}"); then
    reason=${reason##*failed: }
    if set_complete cpu && [ -n "$reason" ]; then
      say ""
      note "CUDA's libraries are not complete. $reason"
      note "The program runs on the processor now; start again with FOVEA_GPU=1 for the rest, or with FOVEA_GPU=0 to go without."
    else
      rmdir "$torch_root" "$cache/libtorch" 2> /dev/null || true  # only where nothing has arrived
      fail "${reason:-It ended without a reason.}" \
        "Check the network, and behind a proxy or a mirror pip's settings (pip.conf, PIP_INDEX_URL, https_proxy).
Then start the same command again; what has arrived is kept."
    fi
  fi
  unlock
}

#!/usr/bin/env bash
# Sets everything up and runs fovea. See README.md.
#
#   packaging/run.sh           opens the window; without a display asks the model in the box about a sample picture
#   packaging/run.sh ARGS...   runs `fovea ARGS...` here; its exit status is fovea's, or 69 if set-up failed
#
# FOVEA_GPU=0 or 1: do without, or fetch, CUDA whatever is found. FOVEA_JOBS=N: compilers at once.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages gpu libtorch build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures

find_places
ensure_packages "${packages_to_build[@]}"
ensure_libtorch
ensure_program
fovea=$build/bin/fovea
trap - ERR INT TERM

if [ $# -gt 0 ]; then exec "$fovea" "$@"; fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exec "$fovea"; fi

sample=$project/resources/samples/label.png
question="Read the text."
say "Asking fovea-mini, the model in the box, about resources/samples/label.png: $question"
status=0
"$fovea" ask "$sample" "$question" || status=$?
say ""
say "Try next:"
say "  ./packaging/run.sh ask PICTURE \"QUESTION\"     a picture of yours (fovea-mini is small: short printed text, forms, shapes)"
say "  ./packaging/run.sh models list                models on this machine; --model NAME asks one of them"
say "  ./packaging/run.sh ask --help                 several pictures, clips, timings, JSON"
exit "$status"

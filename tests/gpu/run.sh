#!/usr/bin/env bash
# The engine on a GPU against its goldens and against transformers: one command, one JSON file.
#
#   tests/gpu/run.sh --pack                  on the machine that builds: build/gpu/pack.tar.xz, at most 60 MB
#   tests/gpu/run.sh [--out FILE] [--quick]  on the machine with the GPU: from this checkout with that pack in it
#
# The second needs Python 3.10 with torch 2.11 for CUDA 13 and numpy, and nothing of Qt or OpenCV; FOVEA_PYTHON names another python3.
# --quick: the goldens alone. Without a GPU it says so, after what needs none, and ends with 0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${FOVEA_PYTHON:-python3}
pack=build/gpu/pack.tar.xz

if [ "${1:-}" = --pack ]; then
  exec "$python" -B tests/gpu/pack.py "${2:-build/release/bin/fovea}" "$pack"
fi
if [ ! -e "$pack" ]; then
  echo "There is no $pack. Where the program is built, tests/gpu/run.sh --pack makes it." >&2
  exit 1
fi
exec "$python" -B tests/gpu/run.py --pack "$pack" "$@"

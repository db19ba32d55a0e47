#!/usr/bin/env bash
# Pictures of every panel, to be looked at: light and dark, English and Chinese, at 1280 × 800 and at 2560 × 1440 with scale 2.
#
#   tests/ui/screenshots.sh FOLDER [BUILD]
#
# Needs `ninja -C BUILD window_shots` and, for the Chinese ones, a font with its characters (fonts-noto-cjk).
set -euo pipefail
folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=$(realpath "${2:-build/release}/tests/ui/window_shots")
export QT_QPA_PLATFORM=offscreen QT_LOGGING_RULES=qt.qpa.fonts=false
"$program" "$folder"
QT_SCALE_FACTOR=2 "$program" "$folder"
find "$folder" -name '*.png' | wc -l

#!/usr/bin/env bash
# Brings resources/translations up to the texts in ui/: new ones are added unfinished, gone ones are removed.
# Needs lupdate (qt6-l10n-tools).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lupdate=$(PATH="$PATH:/usr/lib/qt6/bin" command -v lupdate)
"$lupdate" -silent ui -recursive -I . -locations none -no-obsolete -source-language en -target-language zh_CN \
  -ts "${1:-resources/translations/fovea_zh_CN.ts}" 2> /dev/null

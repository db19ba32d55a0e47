#!/bin/sh
# Renders the pictures of `fovea bench web-vs-api` from their sources. Debian packages: librsvg2-bin fonts-dejavu-core.
set -eu
cd "$(dirname "$0")"
for name in describe ocr chart compare-before compare-after reasoning; do
  rsvg-convert "$name.svg" -o "../$name.png"
done

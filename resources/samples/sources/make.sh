#!/bin/sh
# Renders the sample pictures from their sources. Debian packages: librsvg2-bin groff ghostscript poppler-utils
# fonts-oxygen fonts-sil-andika fonts-paratype fonts-urw-base35.
set -eu
cd "$(dirname "$0")"
for name in notice label shapes receipt; do
  rsvg-convert "$name.svg" -o "../$name.png"
done
groff -t -Tps -P-p4i,4i form.roff | ps2pdf -dDEVICEWIDTHPOINTS=288 -dDEVICEHEIGHTPOINTS=288 -dFIXEDMEDIA - - \
  | pdftocairo -singlefile -png -r 128 - ../form

#!/usr/bin/env bash
# Builds the Debian package: sets everything up, builds the program, packs it. libtorch is not in it.
#
#   packaging/deb.sh [FOLDER]      the package goes to FOLDER (default build/release); its path is printed
#
# DEBEMAIL: the maintainer's address in it. Exit status 69: set-up or packing failed.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages gpu libtorch build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures

find_places
folder=$(mkdir -p "${1:-$build}" && cd "${1:-$build}" && pwd -P)
ensure_packages "${packages_to_build[@]}" dpkg-dev file
FOVEA_GPU=0 ensure_libtorch
ensure_program
current_step="Packing"
# The same sources give the same package: its files bear the time of the last change to them.
SOURCE_DATE_EPOCH=$(git -C "$project" log -1 --format=%ct 2> /dev/null) || SOURCE_DATE_EPOCH=$(stat -c %Y "$project/CMakeLists.txt")
export SOURCE_DATE_EPOCH
lock "$build" "build"
step "Packing"
if ! (cd "$build" && cpack -G DEB -B "$folder/_packing") > "$build/cpack.log" 2>&1 < /dev/null; then
  show_end_of "$build/cpack.log"
  fail "CPack could not make the package; its last words are above, all of them in $build/cpack.log." "Start again once that is mended."
fi
packages=("$folder"/_packing/*.deb)
mv "${packages[@]}" "$folder/"
rm -rf "$folder/_packing"
unlock
printf '%s\n' "$folder/${packages[0]##*/}"

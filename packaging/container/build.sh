#!/usr/bin/env bash
# The build inside the container: the program without its window, installed with libtorch's libraries in one folder.
#
#   build.sh parts          Debian's packages and libtorch: what changes seldom, a layer of its own
#   build.sh program DIR    the program into DIR
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
for piece in messages places packages gpu libtorch build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures
find_places

case ${1:-} in
  parts)
    ensure_packages "${packages_without_window[@]}"
    ensure_libtorch
    ;;
  program)
    prefix=${2:?"build.sh program DIR"}
    ensure_libtorch
    # The program's run path leads to the libraries' place in the image, which is where they are copied to below.
    lock "$build" "build"
    configure "-DFOVEA_TORCH_ROOT=$torch_root" -DFOVEA_TESTS=OFF -DFOVEA_GUI=OFF \
      "-DCMAKE_INSTALL_RPATH=$prefix/libtorch/torch/lib"
    build_targets "the program" fovea
    cmake --install "$build" --prefix "$prefix" --component fovea --strip > /dev/null
    unlock
    mkdir -p "$prefix/libtorch"
    (cd "$torch_root" && find torch/lib nvidia -name '*.so*' -print0 | xargs -0 cp -a --parents -t "$prefix/libtorch")
    find "$torch_root" -maxdepth 1 -name '*.dist-info' -exec cp -a -t "$prefix/libtorch" {} +
    ;;
  *)
    fail "What is to be built? parts, or program DIR." "See the Containerfile."
    ;;
esac

# shellcheck shell=bash
# Whether an NVIDIA GPU with its driver is here. FOVEA_GPU=1 or 0 overrides what is found.
# Sourced by the scripts in packaging/.

has_nvidia_gpu() {
  case ${FOVEA_GPU:-} in
    1) return 0 ;;
    0) return 1 ;;
  esac
  compgen -G '/proc/driver/nvidia/gpus/*' > /dev/null && return 0
  # Under WSL the driver is a library only.
  [ -e /dev/dxg ] && { [ -e /usr/lib/wsl/lib/libcuda.so.1 ] || /sbin/ldconfig -p | grep -q 'libcuda\.so\.1'; } && return 0
  command -v nvidia-smi > /dev/null && nvidia-smi -L 2> /dev/null | grep -q '^GPU '
}

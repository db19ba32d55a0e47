# libtorch out of PyPI's wheel, for the CPU: libtorch_cpu and libc10 only. The wheel's own run path leads from
# torch/lib to ../../nvidia/cu13/lib, so FOVEA_TORCH_ROOT must keep the wheels' layout. find_package(Torch)
# would ask for a CUDA toolkit.
if(NOT FOVEA_TORCH_ROOT)
  message(FATAL_ERROR "FOVEA_TORCH_ROOT is not set. ./packaging/run.sh fetches libtorch and sets it; by hand: "
                      "-DFOVEA_TORCH_ROOT=DIR with DIR/torch/lib/libtorch_cpu.so.")
endif()
set(torch_lib "${FOVEA_TORCH_ROOT}/torch/lib")
if(NOT EXISTS "${torch_lib}/libtorch_cpu.so")
  message(FATAL_ERROR "No torch/lib/libtorch_cpu.so under FOVEA_TORCH_ROOT (${FOVEA_TORCH_ROOT}).")
endif()

add_library(torch::c10 SHARED IMPORTED)
set_target_properties(torch::c10 PROPERTIES IMPORTED_LOCATION "${torch_lib}/libc10.so"
  INTERFACE_INCLUDE_DIRECTORIES "${FOVEA_TORCH_ROOT}/torch/include")
add_library(torch::cpu SHARED IMPORTED)
set_target_properties(torch::cpu PROPERTIES IMPORTED_LOCATION "${torch_lib}/libtorch_cpu.so"
  INTERFACE_LINK_LIBRARIES torch::c10)
# libtorch_cpu names libcudart, libcupti and libgomp as its own needs; the run path above finds them.
target_link_options(torch::cpu INTERFACE "LINKER:-rpath-link,${torch_lib}" "LINKER:-rpath-link,${FOVEA_TORCH_ROOT}/nvidia/cu13/lib"
  "LINKER:--allow-shlib-undefined")

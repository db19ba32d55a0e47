"""Which files of each wheel are unpacked, by set: `cpu` on any machine, `cuda` where an NVIDIA GPU is found."""

from fnmatch import fnmatchcase

_LICENCES = "*.dist-info/*[Ll][Ii][Cc][Ee][Nn]*"  # a folder `licenses` in new wheels, a file in old ones

_PATTERNS = {
    "cpu": {
        "torch": ["torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/lib/libgomp.so*", "torch/include/*", _LICENCES],
        "nvidia-cuda-runtime": ["nvidia/cu13/lib/libcudart.so.13", _LICENCES],
        "nvidia-cuda-cupti": ["nvidia/cu13/lib/libcupti.so.13", _LICENCES],
    },
    "cuda": {
        "torch": ["torch/lib/libtorch_cuda*.so", "torch/lib/libc10_cuda.so", "torch/lib/libcaffe2_nvrtc.so",
                  "torch/lib/libtorch_nvshmem.so"],
        # Headers for kernels that are compiled at run time.
        "nvidia-cuda-runtime": ["nvidia/cu13/include/*"],
    },
}
_OTHER_CUDA_WHEELS = ["nvidia/*/lib/*.so.*", _LICENCES]


def wanted(set_name, project, member):
    """Whether `member` of the wheel of `project` belongs to the set. Folders never do."""
    if member.endswith("/"):
        return False
    patterns = _PATTERNS[set_name].get(project, _OTHER_CUDA_WHEELS if set_name == "cuda" else [])
    return any(fnmatchcase(member, pattern) for pattern in patterns)

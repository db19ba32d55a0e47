#!/usr/bin/env python3
"""That what is built needs no library of CUDA's beside those that libtorch_cpu itself names: a machine without a GPU
has none, and where there is one, libtorch_cuda.so is opened while the program runs.

    check_linked.py FILE...
"""
import re
import subprocess
import sys

CUDA = re.compile(r"lib(torch_cuda|c10_cuda|cuda|cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|nccl|nvrtc|nvidia-ml|torch)[.\d]*\.so")


def needed(file):
    listed = subprocess.run(["readelf", "-dW", file], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", listed)


def main():
    wrong = [f"{file} is linked to {library}" for file in sys.argv[1:] for library in needed(file) if CUDA.match(library)]
    known = [file for file in sys.argv[1:] if any(library.startswith("libc10.so") for library in needed(file))]
    if not known:
        wrong.append("none of the files is linked to libc10: this is not the program")
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

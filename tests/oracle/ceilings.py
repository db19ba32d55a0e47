"""What this machine can do at best, measured now: bytes read a second, bfloat16 operations a second.

    ceilings.py [THREADS]
"""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def read_rate(threads):
    """Bytes a second: the best of 1, 2, 4 and 8 streams a thread over a gibibyte."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "read_ceiling"
        source = Path(__file__).resolve().parent / "read_ceiling.cpp"
        subprocess.run(["g++", "-std=c++20", "-O3", "-march=native", "-pthread", str(source), "-o", str(program)], check=True)
        return float(subprocess.run([str(program), str(threads)], check=True, capture_output=True, text=True).stdout)


def product_rate(threads):
    """Operations a second (two for a multiplication with its addition): the best of torch's bfloat16 products."""
    import torch
    torch.set_num_threads(threads)
    best = 0.0
    for rows, inner, columns in ((512, 2048, 6144), (1024, 2048, 2048), (1024, 4096, 1024), (2048, 2048, 2048)):
        a, b = torch.randn(rows, inner).bfloat16(), torch.randn(columns, inner).bfloat16()
        for _ in range(4):
            start = time.perf_counter()
            torch.nn.functional.linear(a, b)
            best = max(best, 2 * rows * inner * columns / (time.perf_counter() - start))
    return best


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else len(os.sched_getaffinity(0))
    print(f"{count} threads: {read_rate(count) / 1e9:.1f} GB/s read, {product_rate(count) / 1e9:.0f} GFLOP/s in bfloat16")

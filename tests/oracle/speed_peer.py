"""What the peers' sides of speed_side_by_side.py have in common: their arguments, and an answer for each line that comes."""
import argparse
import json
import sys
import time


def peak_memory():
    """Bytes: the largest resident size of this process so far."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def serve(description, load, one_run):
    """load(args) once, then one_run(what it gave, args) a line: each tells a line of JSON. Ends with standard input."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--image", required=True)
    parser.add_argument("--question", required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    start = time.perf_counter()
    loaded = load(args)
    print(json.dumps({"load_seconds": time.perf_counter() - start, "peak_rss": peak_memory()}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(one_run(loaded, args) | {"peak_rss": peak_memory()}), flush=True)

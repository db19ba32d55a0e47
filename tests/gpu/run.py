#!/usr/bin/env python3
"""What run.sh does on the machine with the GPU; its head says how. Needs numpy for the checkpoints."""
import argparse
import ctypes
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "tests" / "oracle"
DATA = ROOT / "tests" / "data" / "oracle"
WORK = ROOT / "build" / "gpu"
sys.path.insert(0, str(ORACLE))

import bf16_format
import compare
from golden_format import read_golden
from run_bf16 import program_logits
from run_golden import ask_program

SMALL = ("qwen-tied", "qwen-untied", "qwen-forms", "glm-flash", "glm-41v", "glm-46v")
LARGE = ("qwen3vl-2b-random", "qwen3vl-8b-random", "glm46v-flash-random")
DEVICE = "cuda:0"
QUESTION = "Describe this view: what is near, what is far, and where does the light come from?"
NEW_TOKENS, REPEATS = 128, 5


def find_torch():
    """The folder that holds torch/ and nvidia/: FOVEA_TORCH_ROOT, or this Python's own."""
    if os.environ.get("FOVEA_TORCH_ROOT"):
        return Path(os.environ["FOVEA_TORCH_ROOT"])
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        sys.exit("This Python has no torch. Name one that has by FOVEA_PYTHON, or libtorch's folder by FOVEA_TORCH_ROOT.")
    return Path(spec.origin).parents[1]


def unpack(pack, torch_root):
    """The packed program, its libraries found by whatever is started from here."""
    folder = WORK / "unpacked"
    with tarfile.open(pack) as archive:
        archive.extractall(folder)
    libraries = [folder / "pack/lib", torch_root / "torch/lib", torch_root / "nvidia/cu13/lib", os.environ.get("LD_LIBRARY_PATH", "")]
    os.environ["LD_LIBRARY_PATH"] = ":".join(str(place) for place in libraries if str(place))
    return folder / "pack/bin/fovea"


def has_gpu():
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0


def machine():
    """Device, driver and clocks as nvidia-smi tells them now."""
    fields = ("name", "driver_version", "memory.total", "memory.used", "clocks.sm", "clocks.mem", "clocks.max.sm", "clocks.max.mem",
              "power.draw", "temperature.gpu")
    told = subprocess.run(["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader", "--id=0"], check=False,
                          capture_output=True, text=True)
    return dict(zip(fields, (value.strip() for value in told.stdout.split(",")))) if told.returncode == 0 else {}


def checkpoint(name):
    folder = WORK / "checkpoints" / name
    if not (folder / "config.json").exists():
        subprocess.run([sys.executable, "-B", str(ORACLE / "make_checkpoint.py"), name, str(folder)], check=True, cwd=ORACLE)
    return folder


def golden(program, name, device):
    """In fp32: {case: whether its ids are the golden's}, and whether all is as it should be."""
    cases = DATA / "cases" / f"{name.split('-')[0]}.json"
    actual = ask_program(program, cases, checkpoint(name), DATA / "pictures", "--device", device)
    results = compare.compare(read_golden(DATA / "golden" / f"{name}.json"), actual)
    return {"cases": len(results), "failed": compare.report(results)}


def bf16(program, name, device):
    reference = DATA / "bf16" / f"{name}.xz"
    if not reference.exists():
        return None
    head, wanted = bf16_format.read(reference)
    cases = DATA / "cases" / f"{name.split('-')[0]}.json"
    logits, _ = program_logits(program, checkpoint(name), cases, DATA / "pictures", head, device=device)
    judged = bf16_format.judge(head, wanted, logits)
    return {key: judged[key] for key in ("same_top", "cases", "clear", "missed", "divergence", "own_divergence", "passed")}


def speed(program, name, picture):
    """The program's medians over REPEATS questions after the first: seconds to the first token, of them vision and
    prefill, tokens a second."""
    command = [str(program), "debug", "speed", "--model", str(checkpoint(name)), "--image", str(picture), "--question", QUESTION, "--new-tokens",
               str(NEW_TOKENS), "--repeat", str(REPEATS + 1), "--forget", "--dtype", "bf16", "--device", DEVICE]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        return {"error": ended.stderr[-500:]}
    runs = [json.loads(line) for line in ended.stdout.splitlines()][1:]
    out = {key: statistics.median(run[key] for run in runs) for key in ("ttft", "vision", "prefill", "decode_tps")}
    return out | {"prompt_tokens": runs[0]["prompt_tokens"], "load_seconds": runs[0]["load_seconds"]}


def eager(name, picture):
    """transformers' side, in a process of its own."""
    command = [sys.executable, "-B", str(Path(__file__).parent / "eager.py"), str(checkpoint(name)), "--image", str(picture), "--question", QUESTION,
               "--new-tokens", str(NEW_TOKENS), "--repeat", str(REPEATS)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    return json.loads(ended.stdout) if ended.returncode == 0 else {"error": ended.stderr[-500:]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WORK / "result.json")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    torch_root = find_torch()
    program = unpack(args.pack, torch_root)
    if not has_gpu():
        here = golden(program, SMALL[0], "cpu:operators")
        if here["failed"]:
            sys.exit("the packed program fails on the processor already")
        print(f"no GPU: skipped. The pack runs: {here['cases']} golden cases of {SMALL[0]} by libtorch's operators on the processor.")
        return
    result = {"before": machine(), "fp32": {}, "bf16": {}, "speed": {}}
    for name in SMALL:
        result["fp32"][name] = golden(program, name, DEVICE)
        result["bf16"][name] = bf16(program, name, DEVICE)
    picture = DATA / "pictures" / "lake.jpg"
    for name in () if args.quick else LARGE:
        result["speed"][name] = {"fovea": speed(program, name, picture), "transformers_eager": eager(name, picture)}
    result["after"] = machine()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    failed = any(one["failed"] for one in result["fp32"].values()) or any(one and not one["passed"] for one in result["bf16"].values())
    sys.exit(int(failed))


if __name__ == "__main__":
    main()

"""The two sides of speed_side_by_side.py: the program, started for each run, and a peer that stays loaded."""
import json
import os
import subprocess
import sys
from pathlib import Path

from run_golden import command_of


class Peer:
    """transformers, or OpenVINO GenAI where the arguments name a folder for it, in a process of its own."""

    def __init__(self, args, image, question):
        here = Path(__file__).resolve().parent
        script = [args.openvino_python, here / "speed_openvino.py", args.openvino] if args.openvino else [
            sys.executable, here / "speed_transformers.py", args.checkpoint]
        self.process = subprocess.Popen(
            [*map(str, script), "--image", str(image), "--question", question, "--new-tokens", str(args.new_tokens), "--threads", str(args.threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"OMP_NUM_THREADS": str(args.threads)})
        self.loaded = self.line()

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            sys.exit("the peer's process ended early")
        return json.loads(text)

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.line()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait()


def format_options(args):
    """How the program is told to hold its weights."""
    options = [] if args.weights == "model" else ["--weights", args.weights]
    options += ["--weights-group", args.weights_group] if args.weights_group else []
    return options + ["--weights-head"] * args.weights_head + ["--weights-vision"] * args.weights_vision


def run_program(args, image, question):
    """One start of the program: it loads, answers twice, and the second answer counts. Its peak is the system's figure."""
    command = [*command_of(args.program), "debug", "speed", "--model", args.checkpoint, "--image", str(image), "--question", question, "--new-tokens",
               str(args.new_tokens), "--repeat", "2", "--forget", "--dtype", "bf16", "--threads", str(args.threads), *format_options(args)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = process.stdout.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or len(lines) != 2:
        sys.exit(f"the program ended with status {process.returncode} after {len(lines)} of 2 runs")
    return json.loads(lines[1]) | {"peak_rss": usage.ru_maxrss * 1024}

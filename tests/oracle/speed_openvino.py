#!/usr/bin/env python3
"""OpenVINO GenAI's side of the side-by-side: loads an exported model once, then answers whenever a line comes.

    speed_openvino.py FOLDER --image FILE --question TEXT --new-tokens N --threads N

FOLDER is what `optimum-cli export openvino --task image-text-to-text` made of the checkpoint. Prints a line of JSON when it
has loaded and one a run; ends with its standard input. Times are taken where the tokens come, as on transformers' side.
"""
import argparse
import json
import sys
import time

import numpy
import openvino
import openvino_genai
from PIL import Image

from peak_memory import peak_memory


class Clock(openvino_genai.StreamerBase):
    """Notes when each token has come."""

    def __init__(self):
        super().__init__()
        self.times, self.ids = [], []

    def write(self, token):
        for one in token if isinstance(token, (list, tuple)) else [token]:
            self.times.append(time.perf_counter())
            self.ids.append(int(one))
        return openvino_genai.StreamingStatus.RUNNING

    def end(self):
        pass


def one_run(pipeline, args):
    """From the picture's file to the last token, each token's time counted from the start."""
    clock = Clock()
    start = time.perf_counter()
    picture = openvino.Tensor(numpy.asarray(Image.open(args.image).convert("RGB"))[None])
    told = pipeline.generate(args.question, images=[picture], streamer=clock, max_new_tokens=args.new_tokens, ignore_eos=True, do_sample=False)
    gaps = clock.times[-1] - clock.times[0]
    return {"ttft": clock.times[0] - start, "decode_tps": (len(clock.times) - 1) / gaps if gaps > 0 else 0.0, "peak_rss": peak_memory(),
            "prompt_tokens": told.perf_metrics.get_num_input_tokens(), "ids": clock.ids}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--image", required=True)
    parser.add_argument("--question", required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    start = time.perf_counter()
    pipeline = openvino_genai.VLMPipeline(args.folder, "CPU", INFERENCE_NUM_THREADS=args.threads)
    print(json.dumps({"load_seconds": time.perf_counter() - start, "peak_rss": peak_memory()}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(one_run(pipeline, args)), flush=True)


if __name__ == "__main__":
    main()

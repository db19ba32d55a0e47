#!/usr/bin/env python3
"""OpenVINO GenAI's side of the side-by-side: loads an exported model once, then answers whenever a line comes.

    speed_openvino.py FOLDER --image FILE --question TEXT --new-tokens N --threads N

FOLDER is what `optimum-cli export openvino --task image-text-to-text` made of the checkpoint. Prints a line of JSON when it
has loaded and one a run; ends with its standard input. Times are taken where the tokens come, as on transformers' side.
"""
import time

import numpy
import openvino
import openvino_genai
from PIL import Image

from speed_peer import serve


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


def load(args):
    return openvino_genai.VLMPipeline(args.model, "CPU", INFERENCE_NUM_THREADS=args.threads)


def one_run(pipeline, args):
    """From the picture's file to the last token, each token's time counted from the start."""
    clock = Clock()
    start = time.perf_counter()
    picture = openvino.Tensor(numpy.asarray(Image.open(args.image).convert("RGB"))[None])
    told = pipeline.generate(args.question, images=[picture], streamer=clock, max_new_tokens=args.new_tokens, ignore_eos=True, do_sample=False)
    gaps = clock.times[-1] - clock.times[0]
    return {"ttft": clock.times[0] - start, "decode_tps": (len(clock.times) - 1) / gaps if gaps > 0 else 0.0,
            "prompt_tokens": told.perf_metrics.get_num_input_tokens(), "ids": clock.ids}


if __name__ == "__main__":
    serve(__doc__, load, one_run)

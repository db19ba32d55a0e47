"""Writes tests/data/sampling/cases.json: what transformers' own logits processors keep, and how likely each token is.

Run with transformers 5.17 and torch 2.11:  python tests/oracle/make_sampling_cases.py
The chain of processors is built by GenerationMixin._get_logits_processor, as generate() does it.
"""
import json
import math
import pathlib
import random
import struct
import types

import torch
from transformers import GenerationConfig
from transformers.generation.utils import GenerationMixin

OUT = pathlib.Path(__file__).resolve().parent.parent / "data" / "sampling" / "cases.json"


class Shell(GenerationMixin):
    """As much of a model as the building of the chain looks at."""

    config = types.SimpleNamespace(is_encoder_decoder=False)

    def __init__(self):
        pass


def chain(ids, **settings):
    config = GenerationConfig(**settings)
    return Shell()._get_logits_processor(config, input_ids_seq_length=ids.shape[1], device="cpu")


def hex_floats(values):
    return struct.pack(f"<{len(values)}f", *values).hex()


def make_case(rng, torch_rng, number):
    vocabulary = rng.choice([7, 50, 128, 200])
    scale = rng.choice([0.5, 2.0, 8.0])
    logits = torch.randn(vocabulary, generator=torch_rng) * scale
    ties = rng.random() < 0.4
    if ties:  # few distinct values, as bfloat16 logits have
        logits = (logits * 2).round() / 2
    if number % 25 == 0:
        logits = torch.full((vocabulary,), 1.5)
    do_sample = rng.random() < 0.9
    settings = {"do_sample": do_sample, "top_k": 0, "top_p": 1.0, "temperature": 1.0}
    if rng.random() < 0.5:
        settings["repetition_penalty"] = rng.choice([1.05, 1.3, 2.0, 0.7])
    if do_sample:
        if rng.random() < 0.7:
            settings["temperature"] = rng.choice([0.1, 0.6, 0.7, 0.8, 1.5, 3.0])
        if rng.random() < 0.6:
            settings["top_k"] = rng.choice([1, 2, 5, 20, 50, 1000])
        if rng.random() < 0.6:
            settings["top_p"] = rng.choice([0.05, 0.25, 0.5, 0.6, 0.8, 0.95, 0.999])
        if rng.random() < 0.4:
            settings["min_p"] = rng.choice([0.01, 0.05, 0.2, 0.5, 1.0])
    ids = [rng.randrange(vocabulary) for _ in range(rng.choice([1, 10, 60]))]
    prompt = rng.randrange(1, len(ids) + 1)

    inputs = torch.tensor([ids])
    scores = chain(inputs, **settings)(inputs, logits[None].clone())[0]
    case = {
        "settings": settings,
        "logits": hex_floats(logits.tolist()),
        "prompt": ids[:prompt],
        "answer": ids[prompt:],
    }
    if do_sample:
        # The kept set is that of float32, as generate() has it; the probabilities on it are computed in double.
        exact = chain(inputs, **{**settings, "top_k": 0, "top_p": 1.0, "min_p": None})(inputs, logits[None].double())[0]
        probabilities = torch.softmax(exact.masked_fill(torch.isinf(scores), -math.inf), dim=-1)
        # What is beyond e^-60 of the likeliest is never drawn; the program leaves it out.
        kept = (probabilities > probabilities.max() * math.exp(-60)).nonzero().flatten().tolist()
        # torch.sort is not stable: which of several equal tokens top-p removes first is anyone's guess.
        before = chain(inputs, **{**settings, "top_p": 1.0, "min_p": None})(inputs, logits[None].clone())[0]
        removed = torch.isinf(scores)
        case["tied"] = bool((before[removed] == before[~removed].min()).any())
        case["kept"] = kept
        case["probabilities"] = [float(f"{probabilities[i]:.9g}") for i in kept]
    else:
        case["argmax"] = int(scores.argmax())
        case["scores"] = hex_floats(scores.tolist())
    logprobs = torch.log_softmax(logits.double(), dim=-1)
    case["logprob_of_last"] = float(f"{logprobs[ids[-1]]:.9g}")
    return case


def main():
    rng = random.Random(20)
    torch_rng = torch.Generator().manual_seed(20)
    cases = [make_case(rng, torch_rng, number) for number in range(160)]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
    print(f"{len(cases)} cases, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Deepens the decoder of a checkpoint by layers that change nothing yet: what it knew it still answers, to the bit.

python grow.py BEFORE OUT [--after 1 2 3]

Behind each layer named (counted from 0) comes a copy of it whose two projections back into the stream are zero; training
gives it something to say. A layer that sees what its neighbour sees starts to be of use sooner than one of random weights.
"""
import argparse
from dataclasses import replace

import torch

from model.mini import load_model

LAYER = "language_model.layers."
SILENT = ("self_attn.o_proj.weight", "mlp.down_proj.weight")


def grown(weights: dict[str, torch.Tensor], depth: int, after: list[int]) -> dict[str, torch.Tensor]:
    """The weights of a decoder of `depth` layers with one more behind each of `after`."""
    sources = [(old, copy) for old in range(depth) for copy in ([False, True] if old in after else [False])]
    result = {name: value for name, value in weights.items() if not name.startswith(LAYER)}
    for new, (old, copy) in enumerate(sources):
        prefix = f"{LAYER}{old}."
        for name, value in weights.items():
            if name.startswith(prefix):
                part = name.removeprefix(prefix)
                result[f"{LAYER}{new}.{part}"] = torch.zeros_like(value) if copy and part in SILENT else value
    return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("before")
    arguments.add_argument("out")
    arguments.add_argument("--after", type=int, nargs="+", default=[1, 2, 3])
    options = arguments.parse_args()
    model = load_model(options.before)
    depth = model.config.depth
    if not set(options.after) <= set(range(depth)):
        raise SystemExit(f"the decoder has layers 0 to {depth - 1}")
    config = replace(model.config, depth=depth + len(set(options.after)))
    torch.save({"cfg": config.to_dict(), "sd": grown(model.state_dict(), depth, options.after)}, options.out)


if __name__ == "__main__":
    main()

"""Weights between two checkpoints of one line of descent: keeps most of what each knows.

python blend.py BEFORE AFTER SHARE OUT      SHARE 0 is BEFORE, 1 is AFTER

The stage `things` teaches the vision tower shapes and costs it letters; 0.6 of the way it has nearly all of both.
"""
import argparse

import torch

from model.mini import load_model


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("before")
    arguments.add_argument("after")
    arguments.add_argument("share", type=float)
    arguments.add_argument("out")
    options = arguments.parse_args()
    model, after = load_model(options.before), load_model(options.after).state_dict()
    weights = {name: value.lerp(after[name], options.share) for name, value in model.state_dict().items()}
    torch.save({"cfg": model.config.to_dict(), "sd": weights}, options.out)


if __name__ == "__main__":
    main()

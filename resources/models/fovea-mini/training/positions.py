"""Tells the vision tower where each patch is, which it never learned: cosines over rows and columns, written into its position table.

python positions.py BEFORE OUT

The table had a spread of 0.08 beside 5 to 18 in what the blocks pass on, and a linear probe of the cells found nothing of their
places. The cosines stand in directions that the blocks and the merger read least and letters use least, so that answers hardly
change before training goes on.
"""
import argparse
import math
import random

import torch

from batch import collate
from data.fonts import training_fonts
from data.grids import answered, draw_grid
from data.kinds import sample
from model.mini import Mini, load_model

WAVES = (1, 2, 3, 5, 8)  # half waves over the side of the picture: places to a fiftieth of it
AMPLITUDE = 12.0         # of a cosine along its direction: about what other directions have behind the last block
KINDS = (("notice", "page"), ("counts", "page"), ("table", "page"), ("line", "line"), ("form", "page"), ("receipt", "page"))


@torch.no_grad()
def streams(model: Mini, pictures: int = 8) -> list[torch.Tensor]:
    """What enters each block of the tower, and what leaves the last, over pictures of several kinds; [patches, width]."""
    found = [[] for _ in range(len(model.visual.blocks) + 1)]
    hooks = [block.register_forward_hook(lambda _, given, out, i=i: keep(found, i, given[0], out))
             for i, block in enumerate(model.visual.blocks)]
    rng = random.Random(7)
    for kind, shape in KINDS * (pictures // 2):
        grid = answered(draw_grid(rng, shape))
        model.visual(collate([sample(rng, kind, grid, training_fonts()) for _ in range(2)]).pictures)
    for hook in hooks:
        hook.remove()
    return [torch.cat(parts) for parts in found]


def keep(found, index: int, given, out):
    found[index].append(given.flatten(0, 1))
    if index == len(found) - 2:
        found[-1].append(out.flatten(0, 1))


@torch.no_grad()
def quiet_directions(model: Mini, count: int) -> torch.Tensor:
    """Orthogonal directions [count, width] that the tower's matrices read least, and its streams vary least in."""
    seen, tower = streams(model), model.visual
    readers = []
    for block in tower.blocks:
        readers += [block.attn["qkv"].weight * block.norm1.weight, block.mlp["linear_fc1"].weight * block.norm2.weight]
    merger, width = tower.merger, tower.pos_embed.weight.shape[1]
    readers.append((merger.linear_fc1.weight.view(-1, 4, width) * merger.norm.weight).flatten(0, 1))
    heard = torch.zeros(width, width)
    for weight in readers:
        square = weight.T @ weight
        heard += square / square.trace()
    for entering in seen:
        heard += 2 * torch.cov(entering.T) / entering.var() / len(seen) / width
    return torch.linalg.eigh(heard)[1][:, :count].T  # eigenvalues rise


def code(directions: torch.Tensor, side: int) -> torch.Tensor:
    """The cosines of rows and columns for a table of side x side."""
    along, table = torch.linspace(0, 1, side), 0.0
    for wave, (down, across) in zip(WAVES, directions.view(len(WAVES), 2, -1)):
        height = torch.cos(math.pi * wave * along)
        table = table + height[:, None, None] * down + height[None, :, None] * across
    return AMPLITUDE * table.flatten(0, 1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("before")
    arguments.add_argument("out")
    options = arguments.parse_args()
    model = load_model(options.before).eval()
    with torch.no_grad():
        model.visual.pos_embed.weight += code(quiet_directions(model, 2 * len(WAVES)), model.config.position_side)
    torch.save({"cfg": model.config.to_dict(), "sd": model.state_dict()}, options.out)


if __name__ == "__main__":
    main()

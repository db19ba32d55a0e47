"""What stands before the first question: the pictures of a message, or the frames of a clip with their times."""
from dataclasses import dataclass
from functools import lru_cache

import torch

from model.config import CELL
from tokens import IMAGE, TURN_START, VIDEO, VISION_END, VISION_START, encode


@dataclass(frozen=True)
class Layout:
    ids: list[int]
    positions: torch.Tensor      # [3, len(ids)]: time, row, column
    pieces: tuple[slice, ...]    # where in ids the cells of each picture stand
    follow: int                  # position of what comes after


class Builder:
    """Each text and each picture starts at the position after what stands before it, as in transformers."""

    def __init__(self):
        self.ids, self.positions, self.pieces, self.at = [], [], [], 0

    def text(self, tokens: list[int]):
        self.ids += tokens
        self.positions.append(torch.arange(self.at, self.at + len(tokens)).expand(3, -1))
        self.at += len(tokens)

    def picture(self, token: int, rows: int, columns: int):
        y = torch.arange(rows)[:, None].expand(rows, columns).reshape(-1) + self.at
        x = torch.arange(columns)[None].expand(rows, columns).reshape(-1) + self.at
        self.positions.append(torch.stack([torch.full_like(y, self.at), y, x]))
        self.pieces.append(slice(len(self.ids), len(self.ids) + rows * columns))
        self.ids += [token] * (rows * columns)
        self.at += max(rows, columns)


@lru_cache(512)
def layout(height: int, width: int, count: int, times: tuple[float, ...] = ()) -> Layout:
    """Of `count` pictures of one size; with `times` (seconds) they are what a clip shows then.

    chat_template.jinja puts a pair of marks around a clip, the processor another around each of its frames.
    """
    rows, columns, built = height // CELL, width // CELL, Builder()
    built.text([TURN_START] + encode("user\n") + ([VISION_START] if times else []))
    for index in range(count):
        built.text((encode(f"<{times[index]:.1f} seconds>") if times else []) + [VISION_START])
        built.picture(VIDEO if times else IMAGE, rows, columns)
        built.text([VISION_END])
    if times:
        built.text([VISION_END])
    return Layout(built.ids, torch.cat(built.positions, 1), tuple(built.pieces), built.at)

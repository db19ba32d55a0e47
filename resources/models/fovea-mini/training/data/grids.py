"""Picture sizes: what the processor makes of a picture, and which sizes training draws."""
import math
import random
from dataclasses import dataclass, replace

from model.config import CELL

# Pixels of the whole picture after resizing.
SMALLEST_AREA = 8192    # 32 x 256: one short line; preprocessor_config.json states the same
LARGEST_AREA = 147456   # 384 x 384: 144 vision tokens, one page of clear print
CLIP_AREA = 401408      # of all frames of a clip, two a second; video_preprocessor_config.json states the same
ANSWERED_AREA = 100352  # what preprocessor_config.json allows: these weights answer best up to 98 vision tokens


def resized(height: float, width: float, largest: int = LARGEST_AREA) -> tuple[int, int]:
    """Size that the processor gives a picture: multiples of CELL, nearly the same shape, area within bounds."""
    h, w = round(height / CELL) * CELL, round(width / CELL) * CELL
    if h * w > largest:
        shrink = math.sqrt(height * width / largest)
        h, w = (max(CELL, math.floor(side / shrink / CELL) * CELL) for side in (height, width))
    elif h * w < SMALLEST_AREA:
        grow = math.sqrt(SMALLEST_AREA / (height * width))
        h, w = (math.ceil(side * grow / CELL) * CELL for side in (height, width))
    return h, w


@dataclass
class Grid:
    """The size that the model sees, and the size in which the page is laid out before it is resized.

    They differ by the few per cent by which rounding to whole cells distorts a picture, and by how large the print
    is: a page laid out in few pixels is seen with large letters.
    """
    height: int
    width: int
    page_height: int
    page_width: int
    seconds: int = 0  # of a clip


def draw_size(rng: random.Random, shape: str) -> tuple[float, float]:
    if shape == "line":
        return rng.choice([32, 32, 40, 48, 64, 64, 80, 96]), rng.randint(128, 512)
    if shape == "small":
        ratio, mean = math.exp(rng.uniform(-1.1, 1.1)), rng.uniform(90, 200)
    elif shape == "pair":
        ratio, mean = math.exp(rng.uniform(-0.7, 0.7)), rng.uniform(110, 290)
    elif shape == "clip":
        ratio, mean = math.exp(rng.uniform(-0.6, 0.6)), rng.uniform(96, 200)
    elif shape == "page":
        usual = [1, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 8 / 5, 16 / 9, 0.71]
        ratio = math.exp(rng.uniform(-1.1, 1.1)) if rng.random() < 0.6 else rng.choice(usual)
        mean = rng.uniform(190, 560)
    else:
        height, width = shape.split("x")  # a fixed size, for the first stages and for evaluation
        return int(height), int(width)
    return mean / math.sqrt(ratio), mean * math.sqrt(ratio)


def draw_grid(rng: random.Random, shape: str) -> Grid:
    """A grid of the kind "line", "small", "page", "pair" or "clip", or of a fixed size "HEIGHTxWIDTH"."""
    height, width = draw_size(rng, shape)
    if shape == "clip":
        seconds = rng.choice((2, 2, 3, 3, 4, 5, 6))
        h, w = resized(height, width, CLIP_AREA // (2 * seconds))
        return Grid(h, w, h, w, seconds)
    h, w = resized(height, width)
    keep = math.sqrt(h * w / (height * width)) if height * width > h * w else 1.0
    keep /= enlarged(rng, math.sqrt(h * w)) if shape == "page" else 1.0
    return Grid(h, w, max(28, round(height * keep)), round(width * keep))


def answered(grid: Grid) -> Grid:
    """The grid as the processor of the weights shows it: a larger page loses a fifth of its side, its letters too."""
    height, width = resized(grid.height, grid.width, ANSWERED_AREA)
    return replace(grid, height=height, width=width)


def enlarged(rng: random.Random, mean: float) -> float:
    """How much larger than laid out a page of `mean` pixels a side is seen; the layout keeps 170 pixels a side."""
    most = min(2.2, mean / 170)
    return math.exp(rng.uniform(0, math.log(most))) if most > 1 and rng.random() < 0.75 else 1.0


def stretched(rng: random.Random, grid: Grid) -> Grid:
    """The same size for the model, half the time of a page that is wider or narrower: letters that no font has."""
    if rng.random() < 0.5:
        return grid
    return Grid(grid.height, grid.width, grid.page_height, round(grid.page_width * math.exp(rng.uniform(-0.15, 0.15))))

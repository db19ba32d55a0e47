"""Questions for where something is: boxes from 0 to 1000 in Qwen's form, so that a window can draw them.

Without spaces and to the next five, as each byte is a token and no cell tells a thousandth from the next.
"""
import json

from data.canvas import Canvas

Box = tuple[float, float, float, float]  # left, top, right, bottom in page pixels
STEP = 5


def answer(page: Canvas, boxes: list[tuple[str, Box]]) -> str:
    """A list of objects, one a box."""
    told = []
    for label, box in boxes:
        sides = (page.width, page.height) * 2
        told.append({"bbox_2d": [max(0, min(1000, STEP * round(1000 / STEP * v / side))) for v, side in zip(box, sides)],
                     "label": label})
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def ask(rng, page: Canvas, name: str, boxes: list[tuple[str, Box]]) -> tuple[str, str]:
    """The page is kept from being tilted, as that would move what the boxes point at."""
    page.steady = True
    return rng.choice([f"Locate the {name}.", f"Give the bounding box of the {name}.",
                       f"Where is the {name}? Answer with a box.", f"Box of the {name}?"]), answer(page, boxes)

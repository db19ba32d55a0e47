"""Questions for where something is: boxes from 0 to 1000 in Qwen's form, so that a window can draw them."""
import json

from data.canvas import Canvas

Box = tuple[float, float, float, float]  # left, top, right, bottom in page pixels


def answer(page: Canvas, boxes: list[tuple[str, Box]]) -> str:
    """One box as an object, several as a list of objects."""
    told = []
    for label, box in boxes:
        sides = (page.width, page.height) * 2
        told.append({"bbox_2d": [max(0, min(1000, round(1000 * v / side))) for v, side in zip(box, sides)],
                     "label": label})
    return json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False)


def ask(rng, page: Canvas, name: str, boxes: list[tuple[str, Box]]) -> tuple[str, str]:
    """The page is kept from being tilted, as that would move what the boxes point at."""
    page.steady = True
    return rng.choice([f"Locate the {name}.", f"Give the bounding box of the {name}.",
                       f"Where is the {name}? Answer with a box.", f"Box of the {name}?"]), answer(page, boxes)

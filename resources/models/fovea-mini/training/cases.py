"""The made cases of evaluation, by kind: pictures in fonts that training never used, a question, and its true answer."""
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from data.clips import Clip
from data.fonts import held_out_fonts
from data.grids import draw_grid
from data.kinds import draw, finished
from data.questions import Question

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
SEED = 20
# name, kind, shape, longest text asked for (characters)
SETS = (("short lines", "short", "line", 8), ("lines", "line", "line", 20), ("notices", "notice", "page", 200),
        ("forms", "form", "page", 200), ("receipts", "receipt", "page", 200), ("shapes", "shapes", "page", 200),
        ("shapes told apart", "lookup", "page", 200), ("groups of shapes", "counts", "page", 200),
        ("paragraphs", "paragraph", "page", 200), ("tables", "table", "page", 200), ("charts", "chart", "page", 200),
        ("screens", "screen", "page", 200), ("forms as JSON", "fields", "page", 300),
        ("photographed pages", "photo", "page", 200), ("scenes to refuse", "scene", "page", 200),
        ("photographs to refuse", "photograph", "page", 200), ("boxes of one shape", "spots", "page", 300),
        ("boxes of shapes", "shape_boxes", "page", 300), ("boxes of fields", "field_boxes", "page", 300),
        ("two pictures", "pair", "pair", 200), ("talks", "talk", "page", 200), ("clips", "clip", "clip", 200),
        ("fields not there", "absent", "page", 200))


@dataclass
class Case:
    """One question about pictures of one message, or about a clip; `earlier` are the turns before it, answered truly."""
    question: str
    answer: str
    pictures: list[Image.Image] = field(default_factory=list)
    clip: list[np.ndarray] = field(default_factory=list)  # every frame
    rate: float = 0.0                                      # of the clip, frames a second
    earlier: list[Question] = field(default_factory=list)


def drawn(name: str, cases: int):
    """The first cases of a set; the same ones each time."""
    kind, shape, longest = next(s[1:] for s in SETS if s[0] == name)
    rng, count = random.Random(f"{SEED}/{name}"), 0
    while count < cases:
        grid = draw_grid(rng, shape)
        try:
            page, asked = draw(rng, kind, grid, held_out_fonts(), held_out=True)
        except ValueError:  # no chart fits a strip of a page
            continue
        made = finished(rng, page, asked, grid)
        talk = rng.choice(made.conversations)
        last = rng.randrange(1, len(talk)) if kind == "talk" else 0
        question, truth = talk[last]
        if len(truth) > longest:
            continue
        count += 1
        case = Case(question, truth, earlier=talk[:last])
        if isinstance(page, Clip):
            case.clip = [page.frame(index, grid.height, grid.width)[0] for index in range(page.frames)]
            case.rate = page.rate
        else:
            case.pictures = [Image.fromarray(picture) for picture in made.pictures]
        yield case


def samples() -> list[tuple[dict, Case]]:
    """The questions about the sample pictures."""
    listed = json.loads((SAMPLES / "questions.json").read_text(encoding="utf-8"))
    return [(one, Case(one["question"], one["answer"], [Image.open(SAMPLES / one["file"]).convert("RGB")])) for one in listed]

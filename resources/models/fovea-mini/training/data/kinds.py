"""All kinds of picture by name, and how a sample of one is made."""
import random

import numpy as np

from batch import Sample
from data import (charts, clips, forms, lines, listings, notices, pairs, paragraphs, photographs, photos, receipts, scenes, screens,
                  shape_boxes, shapes, tables, talks)
from data.grids import Grid
from data.questions import conversations
from data.setting import DoesNotFit, Setting

KINDS = {
    "line": lines.line, "short": lines.short, "dense": lines.dense, "pitch": lines.pitch,
    "pitch_rows": lines.pitch_rows, "notice": notices.notice, "paragraph": paragraphs.paragraph,
    "form": forms.form, "fields": forms.fields, "shape_boxes": shape_boxes.shape_boxes, "spots": shape_boxes.spots,
    "receipt": receipts.receipt, "listing": listings.listing, "shapes": shapes.shapes, "counts": shapes.counts,
    "lined_up": shapes.lined_up, "lookup": shapes.lookup,
    "table": tables.table, "chart": charts.chart, "screen": screens.screen,
    "scene": scenes.scene, "photo": photos.photo, "photograph": photographs.photograph,
    "pair": pairs.pair, "talk": talks.talk, "absent": talks.absent, "field_boxes": forms.field_boxes, "clip": clips.clip}
PICTURES = {"pair": 2}  # in a sample, where it isn't one; a clip has as many as seconds

STEADY = ("shapes", "counts", "lined_up", "lookup", "shape_boxes", "spots", "clip")  # a stretched square is a rectangle


def pictures_of(kind: str, grid: Grid) -> int:
    return grid.seconds if kind == "clip" else PICTURES.get(kind, 1)


def draw(rng: random.Random, kind: str, grid: Grid, fonts: tuple[str, ...], difficulty: float = 1.0, held_out: bool = False):
    """What a kind draws: a page, several or a clip, and questions or whole talks; again until one fits."""
    for _ in range(200):
        scale = (1.0 if rng.random() < 0.4 else rng.uniform(1.05, 2.5)) * max(1.0, grid.height / grid.page_height)
        setting = Setting(rng, fonts, grid.page_height, grid.page_width, scale, difficulty, held_out, grid.seconds)
        try:
            drawn, asked = KINDS[kind](setting)
        except DoesNotFit:
            continue
        asked = [one for one in asked if isinstance(one, list) or one[1]]
        if asked:
            return drawn, asked
    raise ValueError(f"{kind} doesn't fit {grid.width} x {grid.height} pixels")


def finished(rng: random.Random, drawn, asked, grid: Grid, questions: int = 8) -> Sample:
    """The sample of what `draw` gave, with at most `questions` questions."""
    if isinstance(drawn, clips.Clip):
        pictures, labels, times = drawn.finish(rng, grid.height, grid.width)
    else:
        pages = [page.finish(rng, grid.height, grid.width) for page in (drawn if isinstance(drawn, list) else [drawn])]
        pictures, times = np.stack([picture for picture, _ in pages]), ()
        labels = [np.stack(kind) for kind in zip(*(labels for _, labels in pages))]
    talked = asked[:questions] if isinstance(asked[0], list) else conversations(rng, asked, questions)
    return Sample(pictures, talked, *labels, times)


def sample(rng: random.Random, kind: str, grid: Grid, fonts: tuple[str, ...], questions: int = 8,
           difficulty: float = 1.0, held_out: bool = False) -> Sample:
    """One sample of a kind with at most `questions` questions."""
    return finished(rng, *draw(rng, kind, grid, fonts, difficulty, held_out), grid, questions)

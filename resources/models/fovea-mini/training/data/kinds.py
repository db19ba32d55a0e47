"""All kinds of picture by name, and how a sample of one is made."""
import random

from batch import Sample
from data import charts, forms, lines, listings, notices, paragraphs, photographs, photos, receipts, scenes, screens, shapes, tables
from data.grids import Grid
from data.questions import conversations
from data.setting import DoesNotFit, Setting

KINDS = {
    "line": lines.line, "short": lines.short, "dense": lines.dense, "pitch": lines.pitch,
    "pitch_rows": lines.pitch_rows, "notice": notices.notice, "paragraph": paragraphs.paragraph,
    "form": forms.form, "fields": forms.fields, "shape_boxes": shapes.shape_boxes,
    "receipt": receipts.receipt, "listing": listings.listing, "shapes": shapes.shapes, "counts": shapes.counts,
    "lined_up": shapes.lined_up, "lookup": shapes.lookup,
    "table": tables.table, "chart": charts.chart, "screen": screens.screen,
    "scene": scenes.scene, "photo": photos.photo, "photograph": photographs.photograph}

STEADY = ("shapes", "counts", "lined_up", "lookup", "shape_boxes")  # a stretched square is a rectangle


def sample(rng: random.Random, kind: str, grid: Grid, fonts: tuple[str, ...], questions: int = 8,
           difficulty: float = 1.0, held_out: bool = False) -> Sample:
    """One picture of a kind with at most `questions` questions; draws again until one fits the page."""
    for _ in range(200):
        scale = (1.0 if rng.random() < 0.4 else rng.uniform(1.05, 2.5)) * max(1.0, grid.height / grid.page_height)
        setting = Setting(rng, fonts, grid.page_height, grid.page_width, scale, difficulty, held_out)
        try:
            page, asked = KINDS[kind](setting)
        except DoesNotFit:
            continue
        asked = [(question, answer) for question, answer in asked if answer]
        if asked:
            picture, patches, cells, things = page.finish(rng, grid.height, grid.width)
            return Sample(picture, conversations(rng, asked, questions), patches, cells, things)
    raise ValueError(f"{kind} doesn't fit {grid.width} x {grid.height} pixels")

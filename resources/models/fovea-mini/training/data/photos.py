"""Printed pages before a camera: seen at an angle on a table of some texture, lit unevenly.

`Canvas.finish` tilts some pages slightly; here the page's edges and what lies around it are in the picture, too.
"""
import numpy as np
from PIL import Image

from data import forms, listings, notices, paragraphs, photographs, receipts, scenes
from data.canvas import Canvas
from data.setting import Setting

PRINTED = (notices.notice, receipts.receipt, receipts.receipt, forms.form, paragraphs.paragraph, listings.listing)
Corners = list[tuple[float, float]]  # top left, top right, bottom right, bottom left


def projection(seen: Corners, flat: Corners) -> np.ndarray:
    """The 3 x 3 matrix that takes points of the photograph to points of the page."""
    rows, values = [], []
    for (u, v), (x, y) in zip(seen, flat):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1).reshape(3, 3)


def laid_out(rng, height: float, width: float, page: Canvas) -> Corners:
    """Where the page's corners are seen: somewhere in the picture, each a little off, none outside."""
    left, top = rng.uniform(0, width - page.width), rng.uniform(0, height - page.height)
    reach = 0.06 * min(page.width, page.height)

    def near(place: float, most: float) -> float:
        return min(most, max(0.0, place + rng.uniform(-reach, reach)))

    return [(near(left + x * page.width, width), near(top + y * page.height, height))
            for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]


def ground(s: Setting, dice) -> Image.Image:
    """What the page lies on: a made-up texture, now and then a piece of a real photograph."""
    if dice.random() < 0.3:
        return photographs.piece(dice, round(s.height), round(s.width), s.held_out)
    return Image.fromarray(np.clip(scenes.texture(dice, s.height, s.width), 0, 255).astype(np.uint8))


def photo(s: Setting):
    rng, dice = s.rng, np.random.default_rng(s.rng.getrandbits(32))
    inner = Setting(rng, s.fonts, round(s.height * rng.uniform(0.75, 0.97)), round(s.width * rng.uniform(0.75, 0.97)), s.scale)
    page, asked = rng.choice(PRINTED)(inner)
    shot = Canvas(s.height, s.width, (0, 0, 0), s.scale)
    across, down = shot.image.size
    flat = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    seen = laid_out(rng, s.height, s.width, page)
    back = projection([(x * s.scale, y * s.scale) for x, y in seen], [(x * s.scale, y * s.scale) for x, y in flat])
    turn = (shot.image.size, Image.PERSPECTIVE, (back / back[2, 2]).flatten()[:8].tolist(), Image.BICUBIC)
    shot.image.paste(ground(s, dice).resize((across, down), Image.BICUBIC))
    shot.image.paste(page.image.transform(*turn), mask=Image.new("L", page.image.size, 255).transform(*turn))
    light = Image.fromarray((255 * scenes.layers(dice, 8, 8, 0.4)).astype(np.uint8)).resize((across, down), Image.BICUBIC)
    lit = np.asarray(shot.image) * (1 - rng.uniform(0, 0.5) * np.asarray(light)[..., None] / 255.0)
    shot.image.paste(Image.fromarray(lit.astype(np.uint8)))
    forth = np.linalg.inv(projection(seen, flat))
    for x, y, c in page.characters:
        u, v, w = forth @ (x, y, 1)
        shot.characters.append((u / w, v / w, c))
    return shot, asked

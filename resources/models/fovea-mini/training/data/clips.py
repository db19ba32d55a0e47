"""Clips of a changing scene: a number that changes, a shape that moves, grows, comes, goes or takes another colour."""
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from batch import UNLABELLED
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import NAMED, ink_and_paper, shade
from data.setting import Setting, cut, shrink
from data.shapes import SHAPES, Thing, draw, mark, plural

FPS, LEAST, MOST = 2, 4, 16  # what video_preprocessor_config.json states: frames a second, and of a clip
WAYS = {"Right": (1, 0), "Left": (-1, 0), "Up": (0, -1), "Down": (0, 1)}


@dataclass
class Clip:
    """A scene by the share of the clip that is over (0 to 1), its frames and how many of them are shown in a second."""
    scene: Callable[[float], Canvas]
    frames: int
    rate: float

    def shown(self) -> list[int]:
        """The frames that the processor takes."""
        count = min(max(int(self.frames / self.rate * FPS), LEAST), MOST, self.frames)
        return np.linspace(0, self.frames - 1, count).round().astype(int).tolist()

    def frame(self, index: int, height: int, width: int, quality: int = 0):
        """A frame as an array, packed as JPEG where there is a quality, and its labels."""
        page = self.scene(index / (self.frames - 1))
        image, labels = page.plain(height, width)
        if quality:
            packed = io.BytesIO()
            image.save(packed, "JPEG", quality=quality)
            image = Image.open(packed).convert("RGB")
        return np.asarray(image), labels

    def finish(self, rng, height: int, width: int):
        """What the model sees: the mean of each two frames, its second, and labels where both are alike."""
        quality, taken = rng.randint(45, 95) if rng.random() < 0.6 else 0, self.shown()
        taken += taken[-1:] * (len(taken) % 2)
        drawn = {index: self.frame(index, height, width, quality) for index in dict.fromkeys(taken)}
        pictures, labels, times = [], [], []
        for a, b in zip(taken[::2], taken[1::2]):
            (one, first), (other, second) = drawn[a], drawn[b]
            pictures.append(((one.astype(np.uint16) + other + 1) // 2).astype(np.uint8))
            alike = all(np.array_equal(x, y) for x, y in zip(first, second))
            labels.append([x if alike else np.full_like(x, UNLABELLED) for x in first])
            times.append((a / self.rate + b / self.rate) / 2)
        return np.stack(pictures), [np.stack(kind) for kind in zip(*labels)], tuple(times)


def clip(s: Setting):
    """Two to six seconds of one of the scenes."""
    rng = s.rng
    make = rng.choice([counter, counter, written, moving, moving, moving, recolored, sized, gathering, gathering])
    scene, asked = make(s)
    rate = rng.choice([8, 10, 12, 15])
    return Clip(scene, round(rate * s.seconds), rate), asked


def spans(rng, count: int) -> list[float]:
    """Where each of `count` parts of a clip begins; none is short."""
    return [0.0] + [(i + rng.uniform(-0.2, 0.2)) / count for i in range(1, count)]


def part_at(starts: list[float], time: float) -> int:
    return sum(start <= time for start in starts) - 1


def said(s: Setting, texts: list[str], size: int):
    """One text after the other in the same place."""
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    if rng.random() < 0.4:
        ink = shade(rng, rng.choice([c for c in NAMED if c not in ("white", "yellow", "cyan", "pink", "gray")]))
        paper = (255, 255, 255)
    font = s.font(min(size, s.height * 0.4), min(2 * size, s.height * 0.7))
    for text in texts:
        font = shrink(font, text, s.width - 10, 16)
    texts = [cut(text, font, s.width - 6) or "7" for text in texts]
    starts, x = spans(rng, len(texts)), rng.uniform(4, max(4.0, s.width - max(map(font.width, texts)) - 4))
    y = rng.uniform(0, max(0.0, s.height - font.size * 1.3))

    def scene(time: float) -> Canvas:
        page = Canvas(s.height, s.width, paper, s.scale)
        page.text(x, y, texts[part_at(starts, time)], font, ink)
        return page

    return scene, texts


def counter(s: Setting):
    rng = s.rng
    count, top = rng.randint(1, 3), rng.choice([9, 99, 99, 999])
    numbers = [str(n) for n in rng.sample(range(top + 1), count)]
    if rng.random() < 0.3:
        first, step = rng.randint(1, 90), rng.choice([-1, 1])
        numbers = [str(first + step * i) for i in range(count)]
    scene, shown = said(s, numbers, 40)
    return scene, [(rng.choice(["What number is shown at the end?", "What is the last number?",
                                "Which number is shown at the end?"]), shown[-1]),
                   (rng.choice(["What number is shown first?", "What number is shown at the beginning?",
                                "What is the first number?"]), shown[0]),
                   (rng.choice(["Which numbers are shown?", "List the numbers."]), ", ".join(shown)),
                   (rng.choice(["How many numbers are shown?", "How many different numbers are shown?"]), str(len(shown))),
                   ("Does the number change?", q.yes_no(count > 1))]


def written(s: Setting):
    rng = s.rng
    count = rng.randint(1, 2)
    scene, shown = said(s, rng.sample([words.word(rng) for _ in range(6)], count), 24)
    return scene, [(rng.choice(["What is written at the end?", "What does it say at the end?"]), shown[-1]),
                   (rng.choice(["What is written first?", "What is written at the beginning?"]), shown[0]),
                   (rng.choice(["Which words are shown?", "Read all text."]), ", ".join(dict.fromkeys(shown))),
                   ("Does the text change?", q.yes_no(shown[0] != shown[-1]))]


def stage(s: Setting, things: Callable[[float], list[tuple[Thing, tuple]]], ground):
    """The scene of the shapes and fills that `things` gives for a time."""
    def scene(time: float) -> Canvas:
        page = Canvas(s.height, s.width, ground, s.scale)
        for thing, fill in things(time):
            draw(page, thing, fill, None)
            mark(page, thing)
        return page
    return scene


def pick(s: Setting, count: int):
    """So many colours and kinds that all differ, and a ground of none of them."""
    colors = s.rng.sample([c for c in NAMED if c not in ("white", "gray", "black")], count)
    ground = s.rng.choice([(255, 255, 255), (255, 255, 255), shade(s.rng, "gray"), shade(s.rng, "black")])
    return colors, s.rng.sample(SHAPES, count), ground


def moving(s: Setting):
    """One shape on its way, now and then another that stays."""
    rng = s.rng
    colors, forms, ground = pick(s, 2)
    r = min(s.height, s.width) * rng.uniform(0.12, 0.22)
    way = rng.choice(list(WAYS)) if rng.random() < 0.9 else None
    dx, dy = WAYS[way] if way else (0, 0)
    reach_x, reach_y = s.width / 2 - r - 2, s.height / 2 - r - 2
    far = rng.uniform(0.45, 1)
    fill, still = shade(rng, colors[0]), shade(rng, colors[1])
    aside = rng.uniform(-0.3, 0.3)
    x0, y0 = s.width / 2 + (0 if dx else aside * reach_x), s.height / 2 + (0 if dy else aside * reach_y)
    beside = Thing(colors[1], forms[1], rng.uniform(r, s.width - r), rng.uniform(r, s.height - r), r * 0.7) \
        if rng.random() < 0.35 else None

    def things(time: float):
        t = far * (2 * time - 1)
        moved = Thing(colors[0], forms[0], x0 + t * dx * reach_x, y0 + t * dy * reach_y, r)
        return ([(beside, still)] if beside else []) + [(moved, fill)]

    form, asked = forms[0], []
    if way:
        asked += [(rng.choice([f"Which way does the {form} move?", f"In which direction does the {form} move?",
                               f"Where does the {form} go?"]), way)] * 2
        asked.append((rng.choice(["What moves?", "Which shape moves?"]), f"The {colors[0]} {form}"))
    asked += [(f"Does the {form} move?", q.yes_no(bool(way))), (f"What color is the {form}?", colors[0].capitalize())]
    if beside:
        asked.append((f"Does the {forms[1]} move?", "No"))
    return stage(s, things, ground), asked


def recolored(s: Setting):
    rng = s.rng
    colors, forms, ground = pick(s, 2)
    fills, starts = [shade(rng, c) for c in colors], spans(rng, 2)
    r = min(s.height, s.width) * rng.uniform(0.18, 0.4)
    x, y = rng.uniform(r, s.width - r), rng.uniform(r, s.height - r)

    def things(time: float):
        now = part_at(starts, time)
        return [(Thing(colors[now], forms[0], x, y, r), fills[now])]

    form = forms[0]
    return stage(s, things, ground), [
        (rng.choice([f"What color is the {form} at the end?", f"Which color does the {form} have at the end?"]), colors[1].capitalize()),
        (rng.choice([f"What color is the {form} at first?", f"What color is the {form} at the beginning?"]), colors[0].capitalize()),
        ("What changes?", f"The color of the {form}"), (f"Does the {form} move?", "No")]


def sized(s: Setting):
    rng = s.rng
    colors, forms, ground = pick(s, 1)
    fill, grows, room = shade(rng, colors[0]), rng.random() < 0.5, min(s.height, s.width) / 2 - 2
    small, large = room * rng.uniform(0.2, 0.35), room * rng.uniform(0.7, 1)

    def things(time: float):
        share = time if grows else 1 - time
        return [(Thing(colors[0], forms[0], s.width / 2, s.height / 2, small + (large - small) * share), fill)]

    form = forms[0]
    return stage(s, things, ground), [
        (f"Does the {form} grow or shrink?", "It grows" if grows else "It shrinks"),
        (f"Does the {form} grow?", q.yes_no(grows)), ("What changes?", f"The size of the {form}"),
        (f"What color is the {form}?", colors[0].capitalize())]


def gathering(s: Setting):
    """Like shapes of which more, or fewer, are there at the end."""
    rng = s.rng
    colors, forms, ground = pick(s, 1)
    fill, numbers = shade(rng, colors[0]), rng.sample(range(1, 6), 2)
    across = max(2, min(4, round(3 * s.width / (s.width + s.height) * 2)))
    down, starts = -(-5 // across), spans(rng, 2)
    r = min(s.width / across, s.height / down) / 2 * rng.uniform(0.6, 0.85)
    cells = rng.sample([(i, j) for i in range(down) for j in range(across)], 5)
    spots = [Thing(colors[0], forms[0], (j + 0.5) * s.width / across, (i + 0.5) * s.height / down, r) for i, j in cells]

    def things(time: float):
        return [(spot, fill) for spot in spots[:numbers[part_at(starts, time)]]]

    many, (first, last) = plural(forms[0]), numbers
    return stage(s, things, ground), [
        (rng.choice([f"How many {many} are there at the end?", "How many shapes are there at the end?"]), str(last)),
        (rng.choice([f"How many {many} are there at first?", "How many shapes are there at the beginning?"]), str(first)),
        (rng.choice([f"Do the {many} become more or fewer?", "Are there more or fewer shapes at the end?"]),
         "More" if last > first else "Fewer"),
        (f"What color are the {many}?", colors[0].capitalize())]

"""Real photographs, and photographed things before them: what the model can't describe, so the answer is a refusal.

From Debian's mate-backgrounds and lomiri-wallpapers (whole photographs) and tuxpaint-stamps-default (things cut out); one in
five is held out for evaluation.
"""
import zlib
from functools import lru_cache

import numpy as np
from PIL import Image, ImageEnhance

from data import scenes, source
from data.canvas import Canvas
from data.setting import Setting

LARGEST = 720  # pixels of the longest side that is kept of a photograph
FOLDERS = ("mate/nature/*.jpg", "*_by_*.jpg")
DRAWN = ("Painting-Colors", "analogpattern", "Fossa", "Infinite-Sea")  # not photographs
CUTOUT_FOLDERS = ("animals", "food", "household", "hobbies", "plants", "vehicles", "sports", "town/monuments", "space")


@lru_cache(None)
def all_photographs() -> tuple[str, ...]:
    found = [path for pattern in FOLDERS for path in source.PHOTOGRAPHS.glob(pattern)]
    return tuple(sorted(str(path) for path in found if not path.name.startswith(DRAWN)))


@lru_cache(None)
def all_cutouts() -> tuple[str, ...]:
    found = [path for folder in CUTOUT_FOLDERS for path in (source.CUTOUTS / folder).rglob("*.png")]
    return tuple(sorted(str(path) for path in found
                        if "cartoon" not in str(path) and not path.stem.endswith(("_flip", "_mirror"))))


@lru_cache(None)
def of_set(paths: tuple[str, ...], held_out: bool) -> tuple[str, ...]:
    """One in five is held out, told by its name, so that the sets don't depend on what else is installed."""
    chosen = tuple(path for path in paths if (zlib.crc32(path.rsplit("/", 1)[-1].encode()) % 5 == 0) == held_out)
    if not chosen:
        raise SystemExit("no photographs found: install the packages that README.md lists")
    return chosen


@lru_cache(64)
def photograph_at(path: str) -> Image.Image:
    image = Image.open(path)
    image.draft("RGB", (LARGEST, LARGEST))
    image = image.convert("RGB")
    image.thumbnail((LARGEST, LARGEST), Image.BICUBIC)
    return image


@lru_cache(512)
def cutout_at(path: str) -> Image.Image:
    return Image.open(path).convert("RGBA")


def pick(dice, paths: tuple[str, ...], held_out: bool) -> str:
    chosen = of_set(paths, held_out)
    return chosen[int(dice.integers(len(chosen)))]


def piece(dice, height: int, width: int, held_out: bool) -> Image.Image:
    """A part of a photograph of this size in pixels, mirrored and lit by lot."""
    whole = photograph_at(pick(dice, all_photographs(), held_out))
    most = min(whole.width / width, whole.height / height)
    w, h = (max(1, round(side * most * share)) for share in [dice.uniform(0.35, 1.0)] for side in (width, height))
    left, top = int(dice.integers(whole.width - w + 1)), int(dice.integers(whole.height - h + 1))
    part = whole.resize((width, height), Image.BICUBIC, (left, top, left + w, top + h))
    if dice.random() < 0.5:
        part = part.transpose(Image.FLIP_LEFT_RIGHT)
    if dice.random() < 0.15:
        part = ImageEnhance.Color(part).enhance(float(dice.choice([0.0, 0.4])))
    return ImageEnhance.Brightness(part).enhance(dice.uniform(0.6, 1.25))


def ground(dice, height: int, width: int, held_out: bool) -> Image.Image:
    """What things are seen before: a photograph, a made-up scene, or the plain ground of a catalogue."""
    kind = dice.random()
    if kind < 0.45:
        return piece(dice, height, width, held_out)
    if kind < 0.75:
        scene = scenes.KINDS[int(dice.integers(3))](dice, height, width)
        return Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    shade = 0.85 + 0.15 * scenes.layers(dice, height, width, 0.3)[..., None]
    plain = np.broadcast_to(scenes.color(dice, 120, 256), (height, width, 3)) * shade
    return Image.fromarray(np.clip(plain, 0, 255).astype(np.uint8))


def things(dice, height: int, width: int, held_out: bool) -> Image.Image:
    """One to four photographed things before some ground; a small thing is seen enlarged, as in a photograph of it."""
    image = ground(dice, height, width, held_out)
    for _ in range(int(dice.choice([1, 1, 1, 2, 3, 4]))):
        thing = cutout_at(pick(dice, all_cutouts(), held_out))
        size = dice.uniform(0.3, 0.95) * min(width / thing.width, height / thing.height)
        thing = thing.resize((max(1, round(thing.width * size)), max(1, round(thing.height * size))), Image.BICUBIC)
        if dice.random() < 0.5:
            thing = thing.transpose(Image.FLIP_LEFT_RIGHT)
        left, top = (int(dice.uniform(-0.1, 1.1) * room) for room in (width - thing.width, height - thing.height))
        image.paste(thing, (left, top), thing)
    return image


def photograph(s: Setting):
    dice = np.random.default_rng(s.rng.getrandbits(32))
    seen = (piece if dice.random() < 0.45 else things)(dice, s.height, s.width, s.held_out)
    page = Canvas(s.height, s.width, (0, 0, 0))
    page.image.paste(seen)
    return page, scenes.ask(s.rng)

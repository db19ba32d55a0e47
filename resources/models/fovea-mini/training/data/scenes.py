"""Made-up scenes with light, texture and depth, which the model can't know: the answer is a refusal.

Real photographs are in photographs.py; there are too few of them to tell what all photographs have in common.
"""
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from data import words
from data.canvas import Canvas
from data.questions import READ_ALL
from data.setting import Setting

REFUSAL = "I can only read documents, charts, screens and simple drawings."
SUBJECTS = "animal bird dog cat car tree flower person food building room dish plant boat".split()


def layers(dice, height: int, width: int, roughness: float) -> np.ndarray:
    """Noise of several scales, 0 to 1: clouds where it is smooth, soil and leaves where it is rough."""
    total, strength, side = np.zeros((height, width)), 1.0, 2
    while side < max(height, width):
        coarse = Image.fromarray((dice.random((side, side)) * 255).astype(np.uint8))
        total += strength * np.asarray(coarse.resize((width, height), Image.BICUBIC), float)
        strength, side = strength * roughness, side * 2
    total -= total.min()
    return total / max(total.max(), 1e-6)


def tinted(values: np.ndarray, dark, light) -> np.ndarray:
    return np.asarray(dark, float) + values[..., None] * (np.asarray(light, float) - np.asarray(dark, float))


def color(dice, low: int = 0, high: int = 256) -> np.ndarray:
    """Any colour, more often a dull one, as most of the world is."""
    vivid = dice.integers(low, high, 3)
    return (vivid + (vivid.mean() - vivid) * dice.choice([0, 0.6, 0.85])).astype(int)


def texture(dice, height: int, width: int) -> np.ndarray:
    """Waves bent by noise: wood, cloth, water, tiles."""
    y, x = np.mgrid[:height, :width]
    angle, period = dice.uniform(0, math.pi), dice.uniform(6, 60)
    bend = layers(dice, height, width, 0.5) * dice.uniform(0, 6)
    wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) * 2 * math.pi / period + bend)
    if dice.random() < 0.4:
        wave = np.maximum(wave, np.sin((y * math.cos(angle) - x * math.sin(angle)) * 2 * math.pi / period))
    mixed = 0.5 + 0.3 * wave + 0.4 * (layers(dice, height, width, 0.7) - 0.5)
    return tinted(mixed.clip(0, 1), color(dice, 0, 140), color(dice, 90, 256))


def landscape(dice, height: int, width: int) -> np.ndarray:
    """A sky and two to four ridges before it, darker the nearer."""
    down = np.linspace(0, 1, height)[:, None].repeat(width, 1)
    pixels = tinted((down + 0.4 * layers(dice, height, width, 0.5)).clip(0, 1), color(dice, 60, 200),
                    color(dice, 170, 256))
    rows, ground = np.arange(height)[:, None], color(dice, 20, 170)
    for ridge in range(int(dice.integers(2, 5))):
        edge = height * (0.35 + 0.16 * ridge + 0.25 * (layers(dice, 8, width, 0.6)[4] - 0.5))
        grain = 0.6 + 0.5 * layers(dice, height, width, 0.85)
        pixels = np.where((rows > edge)[..., None], ground * grain[..., None] * (1 - 0.15 * ridge), pixels)
    return pixels


def room(dice, height: int, width: int) -> np.ndarray:
    """Walls, a floor and pieces of furniture as shaded slabs, seen from a corner."""
    image = Image.new("RGB", (width, height), tuple(color(dice, 90, 235).tolist()))
    pen, corner = ImageDraw.Draw(image), (dice.uniform(0.1, 0.9) * width, dice.uniform(0.5, 0.75) * height)
    left, right = dice.uniform(0.7, 1.1, 2) * height
    pen.polygon([(0, left), corner, (width, right), (width, height), (0, height)], tuple(color(dice, 40, 200).tolist()))
    pen.line([corner, (corner[0], 0)], (80, 80, 80), 2)
    for _ in range(int(dice.integers(3, 9))):
        x, y = dice.uniform(-0.1, 1) * width, dice.uniform(0.1, 0.9) * height
        w, h, lean = dice.uniform(0.08, 0.4) * width, dice.uniform(0.08, 0.45) * height, dice.uniform(-0.3, 0.3)
        front = color(dice, 10, 220)
        pen.polygon([(x, y), (x + w, y + lean * h), (x + w, y + h + lean * h), (x, y + h)], tuple(front.tolist()))
        pen.polygon([(x, y), (x + w * 0.3, y - h * 0.25), (x + w * 1.3, y - h * 0.25 + lean * h),
                     (x + w, y + lean * h)], tuple((front * 0.8 + 40).astype(int).tolist()))
    light = 0.55 + 0.6 * layers(dice, height, width, 0.4)
    return np.asarray(image, float) * light[..., None] + dice.normal(0, 5, (height, width, 1))


def bodies(dice, height: int, width: int) -> np.ndarray:
    """Rounded bodies lit from one side, before a blurred ground: fruit, animals, faces, lamps."""
    ground = np.clip(texture(dice, height, width), 0, 255).astype(np.uint8)
    pixels = np.asarray(Image.fromarray(ground).filter(ImageFilter.GaussianBlur(dice.uniform(2, 10))), float)
    y, x = np.mgrid[:height, :width]
    for _ in range(int(dice.integers(1, 7))):
        cx, cy = dice.uniform(0, width), dice.uniform(0.2, 1) * height
        rx, ry = dice.uniform(0.06, 0.35, 2) * min(height, width) + 4
        reach = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + 0.5 * (layers(dice, height, width, 0.5) - 0.5)
        lit = (1.1 - 0.5 * ((x - cx) / rx + (y - cy) / ry)).clip(0.25, 1.6)
        skin = color(dice, 30, 256) * (0.7 + 0.5 * layers(dice, height, width, 0.8))[..., None] * lit[..., None]
        pixels += (skin - pixels) * ((1 - reach) * 8).clip(0, 1)[..., None]
    return pixels


def collage(dice, height: int, width: int) -> np.ndarray:
    """Two scenes side by side or above each other."""
    first, second = (KINDS[int(dice.integers(4))](dice, height, width) for _ in range(2))
    pixels, at = first.copy(), dice.uniform(0.3, 0.7)
    if dice.random() < 0.5:
        pixels[:, int(width * at):] = second[:, int(width * at):]
    else:
        pixels[int(height * at):] = second[int(height * at):]
    return pixels


KINDS = (texture, landscape, room, bodies, collage)


def ask(rng) -> list[tuple[str, str]]:
    subject = rng.choice(SUBJECTS)
    questions = ["What is in the picture?", "Describe the image.", "What do you see?", "What is this?",
                 "What kind of image is this?", f"What {subject} is this?", f"How many {subject}s are there?",
                 f"Is there a {subject} in the image?", f"What color is the {subject}?", f"Where is the {subject}?",
                 "What is happening here?", "Where was this picture taken?", "What is the title?", "What is the total?",
                 "How many shapes are there?", f"What is the {rng.choice(['date', 'name', 'price'])}?",
                 f'Does it say "{words.word(rng)}"?', rng.choice(READ_ALL)]
    return [(question, REFUSAL) for question in rng.sample(questions, 3)]


def scene(s: Setting):
    dice = np.random.default_rng(s.rng.getrandbits(32))
    pixels = KINDS[int(dice.choice(5, p=[0.15, 0.25, 0.25, 0.25, 0.1]))](dice, s.height, s.width)
    pixels += dice.normal(0, dice.uniform(0, 6), pixels.shape)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(dice.uniform(0, 1.2)))
    page = Canvas(s.height, s.width, (0, 0, 0))
    page.image.paste(image)
    return page, ask(s.rng)

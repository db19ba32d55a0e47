"""What a generator is given, and small helpers for fitting text."""
import random
from dataclasses import dataclass

from data.fonts import Face, face


class DoesNotFit(Exception):
    """The page is too small for what was drawn by lot; the caller draws again."""


@dataclass
class Setting:
    rng: random.Random
    fonts: tuple[str, ...]
    height: int
    width: int
    scale: float        # supersampling, see Canvas
    difficulty: float = 1.0  # 0 to 1, for the pitch curriculum
    held_out: bool = False   # photographs that training never sees, as the fonts
    seconds: int = 0         # of a clip

    def font(self, low: float, high: float | None = None) -> Face:
        size = self.rng.randint(int(low), max(int(low), int(high or low)))
        return face(self.rng.choice(self.fonts), size)


def cut(text: str, font: Face, width: float) -> str:
    """As much of `text` as `width` pixels hold."""
    while text and font.width(text) > width:
        text = text[:-1]
    return text.strip()


def shrink(font: Face, text: str, width: float, smallest: int) -> Face:
    """The font at a size at which `text` fits, but not below `smallest` pixels."""
    while font.width(text) > width and font.size > smallest:
        font = face(font.path, max(smallest, int(font.size * min(0.95, width / font.width(text)))))
    return font


def wrap(words: list[str], font: Face, width: float) -> list[str]:
    lines, current = [], ""
    for word in words:
        longer = f"{current} {word}".strip()
        if font.width(longer) > width and current:
            lines.append(current)
            current = word
        else:
            current = longer
    lines.append(current)
    return [line for line in lines if font.width(line) <= width]


def low_high(rng, low: float, high: float) -> float:
    """Uniform between the two, or `low` where there is no room."""
    return rng.uniform(low, max(low, high))

"""Colours by name, and pairs of ink and paper with enough contrast to read."""
NAMED = {
    "red": (220, 40, 40), "green": (40, 170, 60), "blue": (45, 90, 220), "yellow": (245, 215, 50),
    "orange": (245, 140, 30), "purple": (140, 60, 180), "pink": (250, 140, 185), "black": (25, 25, 25),
    "gray": (130, 130, 130), "brown": (130, 80, 40), "cyan": (50, 200, 220), "white": (250, 250, 250)}


def shade(rng, name: str) -> tuple[int, int, int]:
    """A tint near the named colour."""
    return tuple(max(0, min(255, v + rng.randint(-22, 22))) for v in NAMED[name])


def between(rng, low: int, high: int) -> tuple[int, int, int]:
    return tuple(rng.randint(low, high) for _ in range(3))


def ink_and_paper(rng, dark: bool | None = None):
    """Text and background colours; one page in five is light on dark."""
    if dark is None:
        dark = rng.random() < 0.2
    if dark:
        return between(rng, 200, 255), between(rng, 0, 70)
    ink = between(rng, 0, 90) if rng.random() < 0.6 else (rng.randint(0, 40),) * 3
    paper = between(rng, 200, 255) if rng.random() < 0.4 else (rng.randint(235, 255),) * 3
    return ink, paper


def ink_on(color) -> tuple[int, int, int]:
    """White or black, whichever shows on `color`."""
    return (255, 255, 255) if sum(color) < 420 else (0, 0, 0)

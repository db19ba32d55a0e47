"""Single lines, dense text for the vision tower alone, and the pitch curriculum for the decoder."""
from data import words
from data.canvas import Canvas
from data.colors import ink_and_paper
from data.questions import READ_ALL
from data.setting import Setting, cut, low_high, shrink

SMALLEST = 13  # pixels of the font; below 14 letters run together


def line(s: Setting, longest: int = 24, smallest: int = SMALLEST):
    """One line anywhere on a strip, often as somebody cuts it out of a screen or a page."""
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    font = s.font(smallest, min(64, s.height * 0.85))
    room = int(s.width / (0.5 * font.size))  # characters, roughly: crops are often as wide as their text
    text = words.snippet(rng, rng.randint(1, longest) if rng.random() < 0.6 else max(1, min(2 * longest, room)))
    font = shrink(font, text, s.width - 6, smallest)
    text = cut(text, font, s.width - 4) or "A"
    page = Canvas(s.height, s.width, paper, coarser(rng, font) if rng.random() < 0.35 else s.scale)
    x = low_high(rng, 2, s.width - font.width(text) - 2)
    y = low_high(rng, -2, s.height - font.ascent - font.descent + 2)
    if rng.random() < 0.1:
        page.line([(0, y + font.ascent + 2), (s.width, y + font.ascent + 2)], ink)
    if rng.random() < 0.1:
        page.box(1, 1, s.width - 2, s.height - 2, outline=ink)
    elif rng.random() < 0.25:
        neighbours(page, s, font, ink, y)
    page.text(x, y, text, font, ink)
    return page, [(rng.choice(READ_ALL), text)]


def coarser(rng, font) -> float:
    """A scale below 1: the print was smaller than it is seen, since the processor enlarges small crops."""
    return min(1.0, max(9 / font.size, rng.uniform(0.45, 1.0)))


def neighbours(page: Canvas, s: Setting, font, ink, y: float):
    """What a crop leaves of the lines above and below: a third of their height at most, too little to be read."""
    height = font.ascent + font.descent
    above = min(y - height, s.rng.uniform(-0.9, -0.7) * height)
    below = max(y + height, s.height - s.rng.uniform(0.1, 0.3) * height)
    for top in (above, below):
        if s.rng.random() < 0.7:
            page.text(s.rng.uniform(2, 30), top, cut(words.prose(s.rng, 60), font, s.width), font, ink)


def short(s: Setting):
    return line(s, longest=8, smallest=16)


def dense(s: Setting):
    """A page full of text in many sizes; only its character labels matter."""
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page = Canvas(s.height, s.width, paper, s.scale)
    one_font, font, y, lines = rng.random() < 0.5, None, rng.uniform(-3, 8), []
    while y < s.height - 12:
        if font is None or not one_font:
            size = rng.choice([14, 14, 15, 16, 17, 18, 20, 22, 24, 28, 34])
            font = s.font(size)
        text = rng.choice([lambda: words.noise(rng, s.width // 6), lambda: words.prose(rng, s.width // 5),
                           lambda: "  ".join(words.snippet(rng, 14) for _ in range(6)),
                           lambda: " ".join(words.word(rng) for _ in range(10))])()
        x = rng.uniform(0, 8)
        text = cut(text, font, s.width - x - 1)
        page.text(x, y, text, font, ink)
        lines.append(text)
        y += font.size * rng.uniform(1.05, 1.45)
    return page, [(rng.choice(READ_ALL), "\n".join(t for t in lines if t) or "A")]


def pitched(s: Setting, rows: int):
    """Characters at a pitch between one a cell (easy to align) and natural, by difficulty."""
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font = Canvas(s.height, s.width, paper, s.scale), s.font(16, 26)
    across, down = (min(1.0, rng.random() * s.difficulty * 2) for _ in range(2))
    height = 32 * (1 - down) + font.size * 1.3 * down
    x0, y, lines = rng.random() * across * 20, rng.random() * down * 20, []
    while y + height <= s.height + 1 and len(lines) < rows:
        # mostly random characters, so that no knowledge of language helps
        text = words.noise(rng, rng.randint(1, 30)) if rng.random() < 0.6 else words.snippet(rng, 26)
        x, written = x0, ""
        for character in text:
            advance = font.advance(character)
            pitch = 32 * (1 - across) + advance * across
            if x + pitch > s.width:
                break
            page.text(x + (pitch - advance) / 2, y + (height - font.ascent - font.descent) / 2, character, font, ink)
            x, written = x + pitch, written + character
        y += height
        lines.append(written.strip())
    text = "\n".join(t for t in lines if t)
    return page, [(rng.choice(READ_ALL), text or "A")] if text else []


def pitch(s: Setting):
    return pitched(s, rows=1)


def pitch_rows(s: Setting):
    return pitched(s, rows=s.rng.randint(1, 8))

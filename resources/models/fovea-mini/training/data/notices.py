"""Signs and notices: a few lines of large print, framed or on a coloured board."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import NAMED, between, ink_and_paper, ink_on, shade
from data.fonts import face
from data.setting import DoesNotFit, Setting, cut, shrink

SMALLEST = 15


def board(rng):
    """Ink and paper, one time in three on a named colour."""
    if rng.random() < 0.65:
        return ink_and_paper(rng)
    paper = shade(rng, rng.choice(list(NAMED)))
    return (between(rng, 215, 255) if ink_on(paper)[0] else between(rng, 0, 50)), paper


def phrase(rng) -> str:
    r = rng.random()
    if r < 0.35:
        return words.prose(rng, rng.randint(6, 22))
    if r < 0.75:
        parts = [words.word(rng)]
        for _ in range(rng.randint(0, 2)):
            w = words.word(rng)
            parts.append(w.lower() if rng.random() < 0.7 else w)
        return " ".join(parts)
    return words.snippet(rng, 18)


def phrases(rng, count: int) -> list[str]:
    texts = [phrase(rng) for _ in range(count)]
    if rng.random() < 0.5:
        texts[0] = texts[0].upper()
    if rng.random() < 0.15:
        texts = [text.upper() for text in texts]
    return texts


def notice(s: Setting):
    """Frames have square corners: rounded frames are left to the sample pictures."""
    rng = s.rng
    ink, paper = board(rng)
    page, margin = Canvas(s.height, s.width, paper, s.scale), rng.randint(5, 18)
    if rng.random() < 0.45:
        inset, stroke = rng.randint(1, max(1, margin - 3)), rng.randint(1, 4)
        color = ink if rng.random() < 0.6 else shade(rng, rng.choice(list(NAMED)))
        page.box(inset, inset, s.width - 1 - inset, s.height - 1 - inset, outline=color, width=stroke)
        margin += stroke + 2
    room = s.height - 2 * margin
    count = max(1, min(rng.choice([1, 2, 2, 3, 3, 3, 4, 4, 5, 6]), room // 24))
    first = rng.uniform(1, 1.7) if count > 1 else 1.0  # the first line is often larger
    unit = room / (count - 1 + first) / rng.uniform(1.15, 1.6)
    same, path, lines = rng.random() < 0.6, rng.choice(s.fonts), []
    for index, text in enumerate(phrases(rng, count)):
        size = max(SMALLEST, int(min(unit * (first if index == 0 else 1), 80)))
        font = s.font(size) if not same else face(path, size)
        font = shrink(font, text, s.width - 2 * margin - 4, SMALLEST)
        text = cut(text, font, s.width - 2 * margin - 2)
        if text:
            lines.append((text, font))
    height = sum(font.size * 1.25 for _, font in lines)
    gap = max(0.0, (room - height) / max(1, len(lines))) * rng.uniform(0.2, 1)
    y = margin + max(0.0, room - height - gap * (len(lines) - 1)) / 2 * rng.uniform(0.3, 1.4)
    centred, written = rng.random() < 0.7, []
    for text, font in lines:
        if y + font.size * 1.1 > s.height:
            break
        x = (s.width - font.width(text)) / 2 + rng.uniform(-1, 1) if centred else margin + 2
        page.text(x, y - font.size * 0.1, text, font, ink)
        y += font.size * 1.25 + gap
        written.append(text)
    if not written:
        raise DoesNotFit
    asked = [q.read_all(rng, written), q.read_all(rng, written), q.kind(rng, "A notice"),
             *q.about_lines(rng, written), *q.contains_word(rng, words.word(rng), written)]
    if len(written) > 1 and lines[0][1].size > lines[1][1].size * 1.2:
        asked.append((rng.choice(["What is the title?", "What is the heading?", "What is the largest text?"]),
                      written[0]))
    return page, asked

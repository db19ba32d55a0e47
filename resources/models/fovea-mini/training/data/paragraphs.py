"""Running text, with or without a heading."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import ink_and_paper
from data.setting import DoesNotFit, Setting, cut, wrap


def heading(rng) -> str:
    text = rng.choice([words.prose(rng, 20), words.shop(rng), f"{words.word(rng)} {words.word(rng)}"])
    return text.title() if rng.random() < 0.7 else text.upper()


def paragraph(s: Setting):
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font, margin = Canvas(s.height, s.width, paper, s.scale), s.font(14, 26), rng.randint(4, 20)
    leading, inner = int(font.size * rng.uniform(1.15, 1.6)), s.width - 2 * margin
    count = rng.randint(1, max(1, min(8, (s.height - 2 * margin) // leading)))
    y, written, asked = margin + rng.random() * max(0, s.height - 2 * margin - count * leading), [], []
    if count > 1 and rng.random() < 0.4:
        large = s.font(font.size * 1.2, font.size * 1.7)
        text = cut(heading(rng), large, inner)
        if text:
            page.text(margin, y - 2, text, large, ink)
            y += large.size * 1.5
            written.append(text)
            asked.append(q.title(rng, text))
    plain = words.prose(rng, 240).split() if rng.random() < 0.8 else [words.word(rng) for _ in range(30)]
    for text in wrap(plain, font, inner)[:count]:
        if y + font.size > s.height - 2:
            break
        page.text(margin, y, text, font, ink)
        y += leading
        written.append(text)
    if not written:
        raise DoesNotFit
    asked += [q.read_all(rng, written), q.read_all(rng, written), q.kind(rng, "A text"),
              *q.about_lines(rng, written), *q.contains_word(rng, words.word(rng), written)]
    return page, asked

"""Lists: a heading, perhaps, and entries one below the other, with bullets, numbers or boxes before them."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import ink_and_paper
from data.setting import DoesNotFit, Setting, cut

HEADINGS = ("Shopping list", "To do", "To buy", "Packing list", "Menu", "Contents", "Tasks", "Agenda", "Checklist", "Today",
            "Ingredients", "Guests", "Stock", "Orders", "Notes")
ORDINALS = "first second third fourth fifth sixth seventh eighth".split()


def entries(rng, count: int) -> list[str]:
    """All of one sort, and all different."""
    draw = rng.choice([lambda: words.goods(rng, 1)[0], lambda: words.person(rng), lambda: words.city(rng),
                       lambda: f"{rng.randint(1, 12)} {words.goods(rng, 1)[0]}", lambda: words.several_words(rng, 16)])
    return list(dict.fromkeys(draw() for _ in range(count)))


def draw_mark(rng, page: Canvas, style: str, x: float, middle: float, size: float, ink):
    """What stands before an entry, `size` pixels high."""
    half = size / 2
    match style:
        case "disc":
            page.ellipse(x + half * 0.4, middle - half * 0.6, x + half * 1.6, middle + half * 0.6, ink)
        case "box":
            page.box(x, middle - half, x + size, middle + half, outline=ink)
            if rng.random() < 0.3:
                page.line([(x + 2, middle), (x + half, middle + half - 2), (x + size, middle - half)], ink)


def listing(s: Setting):
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font, margin = Canvas(s.height, s.width, paper, s.scale), s.font(14, 24), rng.randint(5, 22)
    leading, y, lines, asked = font.size * rng.uniform(1.25, 2.3), rng.uniform(4, 20), [], []
    heading = rng.choice(HEADINGS) if rng.random() < 0.8 else words.word(rng).capitalize()
    if rng.random() < 0.7:
        large = s.font(font.size * 1.1, font.size * 1.5)
        heading = cut(heading, large, s.width - 2 * margin)
        page.text(margin, y, heading, large, ink)
        y += large.size * rng.uniform(1.4, 2)
        lines.append(heading)
        asked.append(q.title(rng, heading))
    room = int((s.height - y - 2) // leading)
    if room < 1:
        raise DoesNotFit
    style, indent = rng.choice(["plain", "disc", "dash", "box", "number"]), rng.randint(0, 16)
    mark = "" if style in ("plain", "disc", "box") else "- " if style == "dash" else "8. "
    start = margin + indent + (font.width(mark) if mark else 0 if style == "plain" else font.size)
    listed = [cut(entry, font, s.width - margin - start) for entry in entries(rng, rng.randint(1, min(8, room)))]
    if not all(listed) or len(set(listed)) < len(listed):
        raise DoesNotFit
    for index, entry in enumerate(listed):
        sign = f"{index + 1}. " if style == "number" else mark
        if sign:
            page.text(start - font.width(sign), y, sign, font, ink)
        draw_mark(rng, page, style, margin + indent, y + font.size * 0.62, font.size * 0.6, ink)
        page.text(start, y, entry, font, ink)
        lines.append(sign + entry)
        y += leading
    count, place = len(listed), rng.randrange(len(listed))
    other = rng.choice(listed) if rng.random() < 0.5 else entries(rng, 1)[0]
    asked += [("How many items are there?", str(count)), (rng.choice(["How many items are on the list?", "How many entries are there?",
                                                                      "Count the items.", "How many items?"]), str(count)),
              (rng.choice([f"What is the {ORDINALS[place]} item?", f"Read item {place + 1}."]), listed[place]),
              ("What is the last item?", listed[-1]), (f"Is {other} on the list?", q.yes_no(other in listed)),
              (rng.choice(["List the items.", "Which items are there?"]), ", ".join(listed)), q.read_all(rng, lines),
              q.kind(rng, "A list"), q.describe(rng, f"A list of {count} item{'s' if count > 1 else ''}.")]
    return page, asked

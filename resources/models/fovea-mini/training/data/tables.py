"""Tables: a header, rows with a name and numbers, with or without rules."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import NAMED, ink_and_paper, ink_on, shade
from data.setting import DoesNotFit, Setting, cut

HEADERS = "Price Qty Age Score Sales Cost Points Year Stock Size Rank Goals".split()


def cell(rng) -> str:
    return rng.choice([str(rng.randint(1, 999)), str(rng.randint(1, 99)), f"{rng.uniform(1, 99):.1f}"])


def names(rng, count: int) -> list[str]:
    pool = rng.choice([words.FIRST_NAMES, words.CITIES, words.GOODS, [m[:3] for m in words.MONTHS],
                       [w.capitalize() for w in rng.sample(words.WORDS, 12)]])
    return rng.sample(sorted(set(pool)), count)


def table(s: Setting):
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font, margin = Canvas(s.height, s.width, paper, s.scale), s.font(14, 19), rng.randint(3, 10)
    rows, columns = rng.randint(2, 6), rng.randint(2, 4)
    across, down = (s.width - 2 * margin) // columns, int(font.size * rng.uniform(1.4, 2.2))
    headers = [rng.choice(["Name", "City", "Item", "Month", "Team"]), *rng.sample(HEADERS, columns - 1)]
    y, lines, asked = rng.randint(4, 14), [], []
    if rng.random() < 0.4:
        heading = rng.choice([words.shop(rng), f"{words.word(rng).capitalize()} table",
                              f"{headers[1]} by {headers[0]}"])
        heading = cut(heading, font, s.width - 2 * margin)
        page.text(margin, y, heading, font, ink)
        y += down
        lines.append(heading)
        asked.append(q.title(rng, heading))
    top, head_ink = y, ink
    if y + (rows + 1) * down > s.height - 2 or any(font.width(h) > across - 6 for h in headers):
        raise DoesNotFit
    if rng.random() < 0.4:
        band = shade(rng, rng.choice(list(NAMED)))
        page.box(margin, y, margin + across * columns, y + down, fill=band)
        head_ink = ink_on(band)

    def write(texts: list[str], color):
        nonlocal y
        for column, text in enumerate(texts):
            page.text(margin + column * across + 4, y + (down - font.size * 1.2) / 2, text, font, color)
        lines.append(" | ".join(texts))
        y += down

    write(headers, head_ink)
    labels, values = [cut(n, font, across - 6) for n in names(rng, rows)], {}
    if len(set(labels)) < rows:
        raise DoesNotFit
    for label in labels:
        numbers = [cell(rng) for _ in headers[1:]]
        values |= {(label, header): number for header, number in zip(headers[1:], numbers)}
        write([label, *numbers], ink)
    rules = rng.random()
    if rules < 0.6:
        for row in range(rows + 2):
            page.line([(margin, top + row * down), (margin + across * columns, top + row * down)], ink)
    if rules < 0.35:
        for column in range(columns + 1):
            x = margin + column * across
            page.line([(x, top), (x, top + (rows + 1) * down)], ink)
    for _ in range(3):
        label, header = rng.choice(labels), rng.choice(headers[1:])
        asked.append((rng.choice([f"What is the {header} of {label}?", f"What is the {header.lower()} for {label}?",
                                  f"{label}: {header}?"]), values[label, header]))
    header = rng.choice(headers[1:])
    asked += [(rng.choice([f"Who or what has the highest {header}?", f"Which row has the highest {header}?"]),
               max(labels, key=lambda label: float(values[label, header]))),
              (rng.choice(["How many rows are there?", "How many data rows does the table have?"]), str(rows)),
              (rng.choice(["How many columns are there?", "How many columns?"]), str(columns)),
              (rng.choice(["List the column names.", "What are the column headers?"]), ", ".join(headers)),
              q.read_all(rng, lines), q.kind(rng, "A table"),
              q.describe(rng, f"A table with {rows} rows and {columns} columns: {', '.join(headers)}.")]
    return page, asked

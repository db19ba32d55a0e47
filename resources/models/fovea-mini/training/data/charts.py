"""Bar, line and pie charts."""
from dataclasses import dataclass

from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import NAMED, ink_and_paper, shade
from data.fonts import Face
from data.setting import DoesNotFit, Setting, cut

TOPICS = "Sales Revenue Visitors Profit Population Downloads Score Rainfall Exports Users".split()
NAMES = {"bar": "bar chart", "across": "bar chart", "line": "line chart", "pie": "pie chart"}
PARTS = {"bar": "bar", "across": "bar", "line": "point", "pie": "slice"}


@dataclass
class Series:
    labels: list[str]
    values: list[int]
    largest: int            # end of the value axis
    colors: list[str]
    shown: bool             # whether values are printed


def heading(rng) -> str:
    by = rng.choice(["by City", "per Month", f"in {rng.randint(1990, 2030)}", "by Team", "by Product", "(k)"])
    return rng.choice([f"{rng.choice(TOPICS)} {by}", words.prose(rng, 18).title(), words.shop(rng)])


def draw_series(rng, kind: str) -> Series:
    count = rng.randint(2, 5 if kind == "pie" else 6)
    pools = [words.CITIES, [m[:3] for m in words.MONTHS], words.FIRST_NAMES, words.GOODS,
             [str(y) for y in range(2000, 2030)], list("ABCDEFGH"), [f"Q{i}" for i in range(1, 7)]]
    largest = rng.choice([10, 50, 100, 100, 1000])
    values = rng.sample(range(max(1, largest // 20), largest + 1), count)
    colors = [c for c in NAMED if c != "white"]
    one = kind == "line" or kind != "pie" and rng.random() < 0.5
    return Series(rng.sample(rng.choice(pools), count), values, largest,
                  [rng.choice(colors)] * count if one else rng.sample(colors, count), rng.random() < 0.6)


def shorten(series: Series, font: Face, width: float):
    series.labels = [cut(label, font, width) for label in series.labels]
    if len(set(series.labels)) < len(series.labels) or "" in series.labels:
        raise DoesNotFit


def upright(s: Setting, page: Canvas, series: Series, font: Face, ink, faint, top: float, joined: bool):
    """Bars from a base line, or points joined by a line."""
    rng, bottom, left = s.rng, s.height - font.size * 1.6 - 4, s.rng.randint(34, 46)
    step = (s.width - left - 8) / len(series.values)
    shorten(series, font, step - 3)
    room = bottom - top - 14
    for third in range(3):
        y, text = bottom - room * third / 2, str(series.largest * third // 2)
        if rng.random() < 0.5:
            page.line([(left, y), (s.width - 6, y)], faint)
        page.text(left - font.width(text) - 4, y - font.size * 0.7, text, font, ink)
    page.line([(left, top), (left, bottom), (s.width - 6, bottom)], ink)
    points, tint = [], shade(rng, series.colors[0])
    for i, (label, value, color) in enumerate(zip(series.labels, series.values, series.colors)):
        x, y = left + step * (i + 0.5), bottom - room * value / series.largest
        if not joined:
            page.box(x - step * 0.35, y, x + step * 0.35, bottom, fill=shade(rng, color))
        points.append((x, y))
        page.text(x - font.width(label) / 2, bottom + 3, label, font, ink)
        if series.shown:
            page.text(x - font.width(str(value)) / 2, y - font.size * 1.25, str(value), font, ink)
    if joined:
        page.line(points, tint, rng.randint(2, 4))
        for x, y in points:
            page.ellipse(x - 4, y - 4, x + 4, y + 4, tint)


def lying(s: Setting, page: Canvas, series: Series, font: Face, ink, top: float):
    """Bars from the left edge, labels before them."""
    down = (s.height - top - 6) / len(series.values)
    left = min(s.width // 3, max(map(font.width, series.labels)) + 10)
    shorten(series, font, left - 8)
    for i, (label, value, color) in enumerate(zip(series.labels, series.values, series.colors)):
        y, length = top + down * i, (s.width - left - 44) * value / series.largest
        page.box(left, y + down * 0.15, left + length, y + down * 0.85, fill=shade(s.rng, color))
        page.text(left - font.width(label) - 5, y + down / 2 - font.size * 0.65, label, font, ink)
        if series.shown:
            page.text(left + length + 4, y + down / 2 - font.size * 0.65, str(value), font, ink)


def pie(s: Setting, page: Canvas, series: Series, font: Face, ink, paper, top: float):
    """A pie with a legend at its right."""
    total, radius = sum(series.values), min(s.width * 0.3, (s.height - top) / 2 - 6)
    shorten(series, font, s.width * 0.34 - 18 - font.width(" 100%"))
    cx, cy, angle = s.width * 0.32, top + (s.height - top) / 2, s.rng.uniform(0, 360)
    y = cy - font.size * 1.5 * len(series.values) / 2
    if radius < 20:
        raise DoesNotFit
    for label, value, color in zip(series.labels, series.values, series.colors):
        tint, end = shade(s.rng, color), angle + 360 * value / total
        page.slice(cx - radius, cy - radius, cx + radius, cy + radius, angle, end, tint, paper)
        page.box(s.width * 0.66, y + 3, s.width * 0.66 + 12, y + 15, fill=tint)
        share = f" {round(100 * value / total)}%" if series.shown else ""
        page.text(s.width * 0.66 + 16, y, label + share, font, ink)
        angle, y = end, y + font.size * 1.5


def ask(rng, kind: str, series: Series, text: str):
    labels, part, name = series.labels, PARTS[kind], NAMES[kind]
    best = labels[series.values.index(max(series.values))]
    worst = labels[series.values.index(min(series.values))]
    count, i = len(labels), rng.randrange(len(labels))
    asked = [q.title(rng, text), q.kind(rng, f"A {name}"),
             (rng.choice(["What has the highest value?", "Which category has the largest value?",
                          f"Which {part} is the highest?" if kind != "pie" else "Which slice is the largest?"]), best),
             (rng.choice(["What has the lowest value?", "Which category is the smallest?"]), worst),
             (rng.choice([f"How many {part}s are there?", "How many categories are shown?"]), str(count)),
             (rng.choice(["What kind of chart is this?", "Which chart type is it?"]), name.capitalize()),
             (rng.choice(["List the labels.", "Which categories are shown?"]), ", ".join(labels)),
             q.describe(rng, f'A {name} titled "{text}" with {count} {part}s. {best} is the highest.')]
    if series.shown and kind != "pie":
        for label, value in rng.sample(list(zip(labels, series.values)), min(3, count)):
            asked.append((rng.choice([f"What is the value of {label}?", f"What is the value for {label}?",
                                      f"How much is {label}?"]), str(value)))
    if len(set(series.colors)) > 1:
        asked.append((rng.choice([f"What color is the {labels[i]} {part}?", f"Which color is {labels[i]}?"]),
                      series.colors[i].capitalize()))
    return asked


def chart(s: Setting):
    rng = s.rng
    ink, paper = ink_and_paper(rng, dark=rng.random() < 0.1)
    kind = rng.choice(["bar", "bar", "bar", "line", "pie", "across"])
    page, font, large = Canvas(s.height, s.width, paper, s.scale), s.font(13, 16), s.font(15, 20)
    text = cut(heading(rng), large, s.width - 10)
    page.text((s.width - large.width(text)) / 2, rng.randint(2, 6), text, large, ink)
    top, series = large.size * 1.5 + 10, draw_series(rng, kind)
    if s.height - top < 70 or not text:
        raise DoesNotFit
    if kind == "pie":
        pie(s, page, series, font, ink, paper, top)
    elif kind == "across":
        lying(s, page, series, font, ink, top)
    else:
        faint = tuple((a + 2 * b) // 3 for a, b in zip(ink, paper))
        upright(s, page, series, font, ink, faint, top, joined=kind == "line")
    return page, ask(rng, kind, series, text)

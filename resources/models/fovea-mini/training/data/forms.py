"""Forms, labels and tickets: a title and fields, a name and a value each.

Ruled two-column boxes are left out; the sample form is one.
"""
import json
import string
from dataclasses import dataclass, field

from data import places, words
from data import questions as q
from data.canvas import Canvas
from data.colors import NAMED, between, ink_and_paper, ink_on, shade
from data.setting import DoesNotFit, Setting, cut

TITLES = ("Invoice", "Label", "Ticket", "Form", "Order", "Delivery note", "Boarding pass", "Certificate", "Report",
          "Registration", "Member Card", "Application", "Booking", "Details", "Record")


def field_values(rng) -> dict[str, str]:
    capital = string.ascii_uppercase
    return {
        "Invoice No": words.code(rng), "Date": words.date(rng), "Name": words.person(rng),
        "Customer": words.person(rng), "City": words.city(rng),
        "Phone": f"{rng.randint(100, 999)}-{rng.randint(100, 999)}-{rng.randint(1000, 9999)}",
        "Amount": f"${words.price(rng, 4):.2f}", "Due date": words.date(rng), "Order": words.code(rng),
        "Weight": f"{rng.randint(1, 99)}.{rng.randint(0, 9)} kg", "Quantity": str(rng.randint(1, 500)),
        "Price": f"${words.price(rng):.2f}", "Room": str(rng.randint(1, 500)),
        "Flight": rng.choice(capital) + rng.choice(capital) + str(rng.randint(100, 9999)),
        "Gate": rng.choice("ABCDEFG") + str(rng.randint(1, 60)), "Seat": f"{rng.randint(1, 40)}{rng.choice('ABCDEF')}",
        "From": words.city(rng), "To": words.city(rng), "Time": words.clock(rng),
        "Status": rng.choice(["Paid", "Open", "Pending", "Shipped", "Closed"]), "Model": words.code(rng),
        "Color": rng.choice(list(NAMED)).capitalize(), "Size": rng.choice(["S", "M", "L", "XL"]),
        "Email": words.email(rng), "Company": words.shop(rng), "Age": str(rng.randint(18, 90)),
        "Total": f"{words.price(rng, 4):.2f}", "Serial No": words.code(rng),
        "Temperature": f"{rng.randint(-10, 40)} C", "Country": words.city(rng), "Note": words.several_words(rng, 12),
        "Street": f"{rng.randint(1, 200)} {rng.choice(words.WORDS).capitalize()} {rng.choice(['St', 'Road', 'Ave'])}"}


def ask_field(rng, name: str, value: str):
    low = name.lower()
    return rng.choice([f"What is the {low}?", f"What is the {low}?", f"What is the {name}?", f"Read the {low}.",
                       f"{name}?"]), value


def draw_title(s: Setting, page: Canvas, ink, font, margin: int, y: float):
    """A title left or centred, now and then in a coloured band; returns its text and the next y."""
    rng = s.rng
    text = rng.choice(TITLES)
    text = rng.choice([text, text, text.upper(), words.shop(rng), f"{words.word(rng).capitalize()} {text.lower()}"])
    large = s.font(font.size * 1.1, font.size * 1.6)
    text = cut(text, large, s.width - 2 * margin)
    if rng.random() < 0.3:
        band = shade(rng, rng.choice(list(NAMED)))
        page.box(0, 0, s.width, y + large.size * 1.5, fill=band)
        ink = ink_on(band)
    x = (s.width - large.width(text)) / 2 if rng.random() < 0.35 else margin
    page.text(x, y, text, large, ink)
    return text, y + large.size * 1.7


@dataclass
class Filled:
    """What stands on a drawn form."""
    heading: str
    values: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, places.Box] = field(default_factory=dict)  # of the values
    lines: list[str] = field(default_factory=list)


def draw(s: Setting) -> tuple[Canvas, Filled]:
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font, margin = Canvas(s.height, s.width, paper, s.scale), s.font(14, 24), rng.randint(4, 16)
    value_font = font if rng.random() < 0.5 else s.font(font.size)
    name_ink = ink if rng.random() < 0.7 or sum(paper) < 380 else between(rng, 60, 130)
    heading, y = draw_title(s, page, ink, font, margin, rng.randint(4, 22))
    values = field_values(rng)
    names = rng.sample(list(values), rng.randint(2, 7))
    leading = font.size * rng.uniform(1.25, 2)
    if rng.random() < 0.5:  # spread over the page
        leading = max(leading, min((s.height - y - margin) / len(names), font.size * 3.2))
    style, separator = rng.choice(["run", "column", "column", "right"]), rng.choice([": ", ": ", " ", "# "])
    colon, rule = rng.choice([":", ":", ""]), rng.random() < 0.2
    column = max(font.width(name + colon) for name in names) + rng.randint(6, 24)
    filled = Filled(heading, lines=[heading])
    for name in names:
        if y + font.size > s.height - 3:
            break
        shown = name if rng.random() < 0.85 else name.upper()
        label = shown + (separator if style == "run" else colon)
        start = margin + (font.width(label) if style == "run" else column)
        value = cut(values[name], value_font, s.width - margin - start)
        if len(value) * 2 < len(values[name]):
            continue
        if style == "right":
            start = s.width - margin - value_font.width(value)
        page.text(margin, y, label, font, name_ink)
        page.text(start, y, value, value_font, ink)
        if rule:
            page.line([(margin, y + font.size * 1.3), (s.width - margin, y + font.size * 1.3)], name_ink)
        filled.lines.append(label.strip() + " " + value)
        filled.values[name] = value
        filled.boxes[name] = (start, y, start + value_font.width(value), y + font.size * 1.25)
        page.extents.append(filled.boxes[name])
        y += leading
    if not filled.values:
        raise DoesNotFit
    if rng.random() < 0.2:
        page.box(1, 1, s.width - 2, min(s.height - 2, y + 6), outline=ink)
    return page, filled


def other_name(rng, filled: Filled) -> str:
    """The name of a field, more often one that isn't on the form."""
    return rng.choice(list(field_values(rng))) if rng.random() < 0.6 else rng.choice(list(filled.values))


def form(s: Setting):
    rng = s.rng
    page, filled = draw(s)
    asked, other, count = [q.title(rng, filled.heading)], other_name(rng, filled), len(filled.values)
    for name, value in filled.values.items():
        asked += [ask_field(rng, name, value)] * 2
    asked += [(f"Is there a field called {other}?", q.yes_no(other in filled.values)),
              (rng.choice(["How many fields are there?", "How many fields does the form have?"]), str(count)), q.read_all(rng, filled.lines),
              q.kind(rng, "A form"),
              q.describe(rng, f'A document titled "{filled.heading}" with {count} field{"s" if count != 1 else ""}.')]
    return page, asked


def field_boxes(s: Setting):
    """A form asked for the boxes of its values."""
    page, filled = draw(s)
    return page, [places.ask(s.rng, page, name.lower(), [(name.lower(), box)]) for name, box in filled.boxes.items()]


def fields(s: Setting):
    """A form asked for JSON, for boxes of values, and for what isn't there."""
    rng = s.rng
    page, filled = draw(s)
    name = rng.choice(list(filled.values))
    missing = rng.choice([n for n in field_values(rng) if n not in filled.values])
    some = dict(rng.sample(list(filled.values.items()), min(2, len(filled.values))))
    asked = [(rng.choice([f"What is the {missing.lower()}?", f"Read the {missing.lower()}.", f"{missing}?"]),
              f"There is no {missing.lower()}."),
             (rng.choice([f"Give {' and '.join(some)} as JSON.", f"Extract {' and '.join(some)} as JSON."]),
              json.dumps(some, ensure_ascii=False)),
             (rng.choice(["Extract the fields as JSON.", "Give all fields as JSON.", "Read the form as JSON."]),
              json.dumps(filled.values, ensure_ascii=False)),
             (rng.choice(["List the field names.", "Which fields are there?"]), ", ".join(filled.values)),
             ask_field(rng, name, filled.values[name])]
    if rng.random() < 0.7:
        asked.append(places.ask(rng, page, name.lower(), [(name.lower(), filled.boxes[name])]))
    return page, asked

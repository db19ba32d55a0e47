"""Forms, labels and tickets: a title and fields, a name and a value each.

Ruled two-column boxes are left out; the sample form is one.
"""
import string

from data import questions as q
from data import words
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


def form(s: Setting):
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
    lines, asked = [heading], [q.title(rng, heading)]
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
        lines.append(label.strip() + " " + value)
        asked += [ask_field(rng, name, value)] * 2
        y += leading
    if len(lines) < 2:
        raise DoesNotFit
    if rng.random() < 0.2:
        page.box(1, 1, s.width - 2, min(s.height - 2, y + 6), outline=ink)
    used = {name for name in names if any(line.lower().startswith(name.lower()) for line in lines[1:])}
    other = rng.choice(list(values)) if rng.random() < 0.6 else rng.choice(names)
    count = len(lines) - 1
    asked += [(f"Is there a field called {other}?", q.yes_no(other in used)), q.read_all(rng, lines),
              q.kind(rng, "A form"),
              q.describe(rng, f'A document titled "{heading}" with {count} field{"s" if count != 1 else ""}.')]
    return page, asked

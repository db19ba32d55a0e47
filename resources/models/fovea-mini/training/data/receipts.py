"""Shop receipts: a name, perhaps a date, items with prices, and sums."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import between, ink_and_paper
from data.setting import DoesNotFit, Setting, cut


COUNTED = ("items are there", "items are there", "items were bought", "items are on the receipt", "items", "products are listed")


def sums(rng, total: float) -> list[tuple[str, float]]:
    rows = []
    if rng.random() < 0.5:
        tax = round(total * rng.choice([0.05, 0.08, 0.1, 0.2]), 2)
        rows += [("Subtotal", total), ("Tax", tax)]
        total += tax
    rows.append((rng.choice(["Total", "TOTAL", "Grand Total", "Total due", "Amount"]), total))
    if rng.random() < 0.4:
        paid = total + rng.choice([0, 1, 5, 10])
        rows += [(rng.choice(["Cash", "CASH", "Paid"]), paid), (rng.choice(["Change", "CHANGE"]), paid - total)]
    return rows


def ask_sum(rng, name: str, shown: str):
    low = name.lower()
    if low == "amount" or "total" in low and "sub" not in low:
        return [(rng.choice(["What is the total?", "What is the total?", "How much is the total?",
                             "What is the total amount?", "How much was paid in total?"]), shown)] * 2
    return [(rng.choice([f"How much is the {low}?", f"What is the {low}?"]), shown)]


def receipt(s: Setting):
    rng = s.rng
    ink, paper = ink_and_paper(rng, dark=False)
    page = Canvas(s.height, s.width, between(rng, 60, 255), s.scale)
    strip = rng.randint(int(s.width * 0.72), s.width - 4)
    left = (s.width - strip) // 2
    page.box(left, 0, left + strip, s.height, fill=paper)
    font, margin, y = s.font(14, 20), rng.randint(4, 12), rng.randint(3, 18)
    large = s.font(font.size * 1.1, font.size * 1.5)
    leading = int(font.size * rng.uniform(1.15, 2.2))
    right, inner = left + strip - margin, strip - 2 * margin
    name = words.shop(rng)
    name = cut(name if rng.random() < 0.8 else name.upper(), large, strip - 8)
    page.text(left + (strip - large.width(name)) / 2 if rng.random() < 0.7 else left + margin, y, name, large, ink)
    y += large.size * 1.4
    lines = [name]
    asked = [(rng.choice(["What is the store name?", "Which shop is it?", "Where is the receipt from?",
                          "What is the name of the shop?"]), name)]
    sign, whole = rng.choice(["", "", "$", "$", "€", "£"]), rng.random() < 0.15

    def money(value: float) -> str:
        return f"{sign}{int(value * 1000):,}" if whole else f"{sign}{value:.2f}"

    def row(label: str, shown: str):
        nonlocal y
        label = cut(label, font, inner - font.width(shown) - 6)
        page.text(left + margin, y, label, font, ink)
        page.text(right - font.width(shown), y, shown, font, ink)
        lines.append(f"{label} {shown}")
        y += leading

    def rule():
        nonlocal y
        if rng.random() < 0.6:
            page.line([(left + margin, y + 1), (right, y + 1)], ink)
            y += 4

    if rng.random() < 0.5:
        day = cut(words.date(rng), font, inner)
        page.text(left + margin, y, day, font, ink)
        lines.append(day)
        y += leading
        asked.append((rng.choice(["What is the date?", "When was it bought?", "What date is on the receipt?"]), day))
    rule()
    count = rng.randint(1, max(1, min(7, int((s.height - y) // leading) - 3)))
    items = [(item, round(rng.uniform(0.5, 30), 2)) for item in words.goods(rng, count)]
    for item, value in items:
        row(item if rng.random() < 0.7 else item.upper(), money(value))
    if y > s.height:
        raise DoesNotFit
    rule()
    for label, value in sums(rng, sum(value for _, value in items)):
        if y + font.size > s.height - 2:
            break
        row(label, money(value))
        asked += ask_sum(rng, label, money(value))
    item, value = rng.choice(items)
    other = rng.choice(words.GOODS) if rng.random() < 0.6 else item
    asked += [(rng.choice([f"How much is the {item}?", f"What is the price of {item}?",
                           f"How much does the {item.lower()} cost?"]), money(value))] * 2
    asked += [(rng.choice([f"Is there {other} on the receipt?", f"Was {other} bought?"]),
               q.yes_no(other in dict(items))),
              *[(f"How many {asked_for}?", str(count)) for asked_for in rng.sample(COUNTED, 2)],
              (rng.choice(["List the items.", "Which items were bought?"]), ", ".join(name for name, _ in items)),
              q.read_all(rng, lines), q.kind(rng, "A receipt"),
              q.describe(rng, f"A receipt from {name} with {count} item{'s' if count > 1 else ''}.")]
    if count > 1:
        asked.append((rng.choice(["What is the most expensive item?", "Which item costs the most?"]),
                      max(items, key=lambda i: i[1])[0]))
    return page, asked

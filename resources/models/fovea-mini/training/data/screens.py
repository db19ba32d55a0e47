"""Windows of programs: a title bar, a message, check boxes, fields and buttons."""
from data import questions as q
from data import words
from data.canvas import Canvas
from data.colors import ink_and_paper, ink_on, shade
from data.fonts import Face
from data.setting import DoesNotFit, Setting, cut, wrap

BUTTONS = """OK Cancel Save Open Close Delete Edit Submit Next Back Login Search Help Send Reply Download Upload Print
    Settings Start Stop Play Pause Share Copy Paste Apply Reset Add Remove Yes No Retry Continue Install Buy Exit
    Refresh Export Import""".split()
TITLES = ("Settings", "Login", "Preferences", "Error", "Warning", "Confirm", "File Manager", "New Project", "Account",
          "Welcome", "Save changes?", "Profile")
OPTIONS = ("Dark mode", "Remember me", "Notifications", "Auto save", "Wi-Fi", "Bluetooth", "Show hidden files",
           "Spell check", "Sound", "Updates", "Accept terms", "Location")
FIELDS = ("Name", "Email", "Password", "Search", "User", "City", "Address")


def check_box(page: Canvas, x: float, y: float, font: Face, text: str, on: bool, ink, accent):
    side = font.size
    page.box(x, y + 2, x + side, y + 2 + side, fill=accent, outline=ink, width=2)
    if on:
        page.line([(x + 2, y + side * 0.6), (x + side * 0.45, y + side), (x + side - 2, y + 4)], ink, 2)
    page.text(x + side + 6, y, text, font, ink)


def field(s: Setting, page: Canvas, y: float, font: Face, name: str, ink, dark: bool) -> str:
    rng, start = s.rng, font.width("Password ") + 14
    value = {"Email": words.email(rng), "Password": "********", "City": words.city(rng)}.get(name, words.person(rng))
    value = cut(value, font, s.width - start - 20)
    page.text(10, y + 3, name, font, ink)
    page.box(start, y, s.width - 10, y + font.size * 1.6, (50, 50, 50) if dark else (255, 255, 255), ink)
    page.text(start + 5, y + 3, value, font, (240, 240, 240) if dark else (20, 20, 20))
    return value


def buttons(s: Setting, page: Canvas, y: float, font: Face, ink) -> list[tuple[str, str]]:
    """A row of buttons; their texts and colours."""
    rng, x, placed = s.rng, 10, []
    for text in rng.sample(BUTTONS, rng.randint(1, 4)):
        width = font.width(text) + 20
        if x + width > s.width - 4:
            break
        color = rng.choice(["gray", "blue", "green", "red", "white"])
        tint = shade(rng, color)
        page.round_box(x, y, x + width, y + font.size * 1.8, rng.randint(0, 8), tint, ink if color == "white" else None)
        page.text(x + 10, y + font.size * 0.3, text, font, ink_on(tint))
        placed.append((text, color))
        x += width + rng.randint(6, 14)
    return placed


def screen(s: Setting):
    rng, dark = s.rng, s.rng.random() < 0.25
    ink, paper = ink_and_paper(rng, dark)
    page, font = Canvas(s.height, s.width, paper, s.scale), s.font(13, 17)
    accent = shade(rng, rng.choice(["blue", "green", "purple", "orange", "red", "gray"]))
    title = cut(rng.choice([f"{words.word(rng).capitalize()} {words.word(rng).lower()}", rng.choice(TITLES),
                            words.shop(rng)]), font, s.width - 60)
    bar = font.size * 1.9
    page.box(0, 0, s.width, bar, fill=accent)
    page.text(8, (bar - font.size * 1.2) / 2, title, font, ink_on(accent))
    y, lines = bar + rng.randint(6, 14), [title]
    asked = [(rng.choice(["What is the window title?", "What is the title?", "Read the title."]), title)]
    if rng.random() < 0.6:
        message = wrap(words.prose(rng, 70).split(), font, s.width - 20)[:2]
        for text in message:
            page.text(10, y, text, font, ink)
            y += font.size * 1.35
        lines += message
        asked.append((rng.choice(["What is the message?", "What does the message say?"]), "\n".join(message)))
        y += 6
    for text in rng.sample(OPTIONS, rng.randint(0, 3)):
        if y + font.size * 3.6 > s.height:
            break
        on = rng.random() < 0.5
        check_box(page, 10, y, font, text, on, ink, accent if on and rng.random() < 0.6 else None)
        y += font.size * 1.6
        lines.append(text)
        asked.append((rng.choice([f"Is {text} checked?", f'Is "{text}" enabled?']), q.yes_no(on)))
    for name in rng.sample(FIELDS, rng.randint(0, 2)):
        if y + font.size * 3.8 > s.height:
            break
        value = field(s, page, y, font, name, ink, dark)
        y += font.size * 2
        lines.append(f"{name} {value}")
        asked.append((rng.choice([f"What is in the {name} field?", f"What is the {name.lower()}?"]), value))
    placed = buttons(s, page, min(s.height - font.size * 1.8 - 4, y + rng.randint(4, 12)), font, ink)
    if not placed or not title:
        raise DoesNotFit
    texts = [text for text, _ in placed]
    text, color = rng.choice(placed)
    other = rng.choice(BUTTONS) if rng.random() < 0.5 else text
    listed = ", ".join(texts)
    asked += [(rng.choice(["Which buttons are there?", "List the buttons.", "What buttons can I click?"]), listed),
              (rng.choice(["How many buttons are there?", "How many buttons?"]), str(len(texts))),
              (f"What color is the {text} button?", color.capitalize()),
              (f"Is there a {other} button?", q.yes_no(other in texts)),
              q.read_all(rng, [*lines, " ".join(texts)]), q.kind(rng, "A user interface"),
              q.describe(rng, f'A window titled "{title}" with the button{"s" if len(texts) > 1 else ""} {listed}.')]
    return page, asked

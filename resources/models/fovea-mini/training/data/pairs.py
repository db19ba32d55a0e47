"""Two pictures in one message: what each says or shows, which has more, whether they are the same, what differs."""
from data import forms, notices, words
from data import questions as q
from data.canvas import Canvas
from data.colors import NAMED, ink_and_paper
from data.setting import DoesNotFit, Setting, cut, shrink
from data.shapes import SHAPES, draw_groups, plural

ORDER = ("first", "second")


def pair(s: Setting):
    return s.rng.choice([numbers, numbers, texts, texts, changed, filled])(s)


def which(rng, name: str) -> str:
    return rng.choice([f"the {name} picture", f"the {name} picture", f"the {name} image", f"picture {1 + ORDER.index(name)}"])


def more(rng, things: str, first: int, second: int) -> list[q.Question]:
    told = "Both have the same number" if first == second else "The first" if first > second else "The second"
    fewer = "Both have the same number" if first == second else "The second" if first > second else "The first"
    asked = [(rng.choice([f"Which picture has more {things}?", f"Which image has more {things}?",
                          f"Where are there more {things}?"]), told)] * 2
    return asked + [(f"Which picture has fewer {things}?", fewer),
                    (f"Do both pictures have the same number of {things}?", q.yes_no(first == second))]


def numbers(s: Setting):
    """Shapes of one kind, another number in each picture; now and then others beside them."""
    rng = s.rng
    shape, other = rng.sample(SHAPES, 2)
    colors = rng.sample([c for c in NAMED if c != "white"], 2)
    if rng.random() < 0.4:
        colors[1] = colors[0]
    counts, pages = [], []
    beside = rng.choice([0, 0, 1, 2])
    for color in colors:
        wanted = rng.randint(1, 6) if not counts or rng.random() < 0.85 else counts[0]
        page, things, _ = draw_groups(s, [(color, shape)] * wanted + [(color, other)] * beside)
        counts.append(sum(thing.shape == shape for thing in things))
        pages.append(page)
    many = plural(shape)
    asked = more(rng, many, *counts)
    for name, count, color in zip(ORDER, counts, colors):
        asked.append((rng.choice([f"How many {many} are in {which(rng, name)}?", f"Count the {many} in {which(rng, name)}."]), str(count)))
        asked.append((f"What color are the {many} in {which(rng, name)}?", color.capitalize()))
    asked.append((f"How many {many} are there in both pictures together?", str(sum(counts))))
    return pages, asked


def line(s: Setting, text: str) -> tuple[Canvas, str]:
    """A text alone on a page, small or large."""
    rng = s.rng
    ink, paper = ink_and_paper(rng)
    page, font = Canvas(s.height, s.width, paper, s.scale), s.font(16, min(48, s.height * 0.6))
    font = shrink(font, text, s.width - 8, 15)
    text = cut(text, font, s.width - 6)
    if not text:
        raise DoesNotFit
    page.text(rng.uniform(2, max(2.0, s.width - font.width(text) - 2)),
              rng.uniform(0, max(0.0, s.height - font.size * 1.35)), text, font, ink)
    return page, text


def texts(s: Setting):
    """A line each: the same words, or others."""
    rng = s.rng
    first = notices.phrase(rng)[:18].strip() or "Open"
    second = first if rng.random() < 0.5 else notices.phrase(rng)[:18].strip() if rng.random() < 0.6 else other_word(rng, first)
    (one, first), (two, second) = line(s, first), line(s, second or "Closed")
    asked = [(rng.choice(["Is it the same text?", "Is the text the same in both pictures?", "Do both pictures say the same?"]),
              q.yes_no(first == second))] * 2
    for name, text in zip(ORDER, (first, second)):
        asked += [(rng.choice([f"What is written in {which(rng, name)}?", f"What does {which(rng, name)} say?",
                               f"Read {which(rng, name)}."]), text)] * 2
    asked.append((rng.choice(["Read both pictures.", "What is written in the pictures?"]), f"{first}\n{second}"))
    return [one, two], asked


def other_word(rng, text: str) -> str:
    """The text with one of its words replaced."""
    parts = text.split()
    parts[rng.randrange(len(parts))] = words.word(rng)
    return " ".join(parts)[:22].strip()


def changed(s: Setting):
    """The same few shapes, of which one is gone or has another colour in the second picture; or none."""
    rng = s.rng
    count = rng.randint(2, 4)
    colors, forms_ = rng.sample([c for c in NAMED if c != "white"], count + 1), rng.sample(SHAPES, count)
    groups = list(zip(colors, forms_))
    state, kind = rng.getrandbits(32), rng.choice(["same", "color", "color", "gone", "gone"])
    index = rng.randrange(count)
    later = list(groups)
    if kind == "color":
        later[index] = (colors[-1], forms_[index])
    pages = []
    for listed in (groups, later):
        rng.seed(state)
        page, things, _ = draw_groups(s, listed, avoided=colors)
        if len(things) < count:
            raise DoesNotFit
        pages.append(page)
    color, form = groups[index]
    if kind == "gone":
        rng.seed(state)
        pages[1] = draw_groups(s, groups, avoided=colors, left_out=groups[index])[0]
    told = {"same": "Nothing", "gone": f"The {color} {form} is missing in the second picture",
            "color": f"The {form} is {color} in the first picture and {colors[-1]} in the second"}[kind]
    asked = [(rng.choice(["What differs?", "What is different?", "What has changed?", "Find the difference."]), told)] * 2
    asked += [(rng.choice(["Are both pictures the same?", "Are the two pictures equal?"]), q.yes_no(kind == "same"))] * 2
    if kind == "color":
        asked += [(f"What color is the {form} in {which(rng, name)}?", tint.capitalize()) for name, tint in zip(ORDER, (color, colors[-1]))]
    if kind == "gone":
        asked.append((rng.choice([f"Which shape is missing in {which(rng, 'second')}?", "Which shape is missing?"]), f"The {color} {form}"))
    asked.append((f"How many shapes are in {which(rng, 'second')}?", str(count - (kind == "gone"))))
    return pages, asked


def filled(s: Setting):
    """Two forms, asked for a field of one of them."""
    rng = s.rng
    (one, first), (two, second) = forms.draw(s), forms.draw(s)
    asked = []
    for name, form in zip(ORDER, (first, second)):
        for field, value in form.values.items():
            asked.append((rng.choice([f"What is the {field.lower()} in {which(rng, name)}?",
                                      f"Read the {field.lower()} in {which(rng, name)}."]), value))
        asked.append((f"What is the title of {which(rng, name)}?", form.heading))
    for field in {*first.values} ^ {*second.values}:
        if rng.random() < 0.4:
            asked.append((f"Which picture has a field called {field}?", "The first" if field in first.values else "The second"))
    return [one, two], asked

"""Talks of two to five turns, whose later questions need those before: "And the last line?", "And the red ones?"."""
from collections import Counter

from data import forms, notices, shapes
from data import questions as q
from data.colors import NAMED
from data.setting import Setting

AND = ("And {}?", "And {}?", "What about {}?")
LONGEST = 5


def talk(s: Setting):
    page, conversation = s.rng.choice([form, form, lines, lines, counted, counted, told_apart])(s)
    return page, [conversation[:LONGEST]]


def follow(rng, name: str) -> str:
    return rng.choice(AND).format(name)


def form(s: Setting):
    """One field after the other, now and then one that isn't there, the title or the number of fields."""
    rng = s.rng
    page, filled = forms.draw(s)
    names = rng.sample(list(filled.values), len(filled.values))[:4]
    turns = [forms.ask_field(rng, names[0], filled.values[names[0]])]
    for name in names[1:]:
        turns.append((follow(rng, f"the {name.lower()}"), filled.values[name]))
    missing = rng.choice([n for n in forms.field_values(rng) if n not in filled.values]).lower()
    extra = [(follow(rng, f"the {missing}"), f"There is no {missing}."), (follow(rng, "the title"), filled.heading),
             ("How many fields are there in all?", str(len(filled.values)))]
    for turn in rng.sample(extra, rng.randint(1 if len(turns) == 1 else 0, 2)):
        turns.insert(rng.randint(1, len(turns)), turn)
    return page, turns


def lines(s: Setting):
    """Lines of a notice by their places."""
    rng = s.rng
    page, questions = notices.notice(s)
    written = questions[0][1].split("\n")
    named = [(f"{order} line", text) for order, text in zip(("first", "second", "third", "fourth", "fifth", "sixth"), written)]
    if len(written) > 1:
        named.append(("last line", written[-1]))
    chosen = rng.sample(named, min(len(named), rng.randint(2, 4)))
    turns = [(f"{rng.choice(['What is', 'Read'])} the {chosen[0][0]}", chosen[0][1])]
    turns[0] = (turns[0][0] + ("?" if turns[0][0].startswith("What") else "."), turns[0][1])
    turns += [(follow(rng, f"the {name}"), text) for name, text in chosen[1:]]
    if len(turns) == 1 or rng.random() < 0.4:
        place, asked = rng.randint(1, len(turns)), rng.choice(["How many lines are there in all?", "How many lines is that in all?"])
        turns.insert(place, (asked, str(len(written))))
    return page, turns


def counted(s: Setting):
    """Numbers of one colour or kind, then of the others."""
    rng = s.rng
    forms_, colors = rng.sample(shapes.SHAPES, 2), rng.sample([c for c in NAMED if c != "white"], rng.randint(2, 3))
    groups = [(color, rng.choice(forms_)) for color in colors for _ in range(rng.randint(1, 3))]
    page, things, _ = shapes.draw_groups(s, groups)
    if rng.random() < 0.5:
        left = rng.sample([*colors, rng.choice([c for c in NAMED if c not in colors])], 3)
        numbers = Counter(t.color for t in things)
        turns = [(rng.choice([f"How many {left[0]} shapes are there?", f"Count the {left[0]} shapes."]), str(numbers[left[0]]))]
        turns += [(follow(rng, f"the {c} ones" if rng.random() < 0.5 else f"{c} shapes"), str(numbers[c])) for c in left[1:]]
    else:
        left = [*rng.sample(forms_, 2), rng.choice([f for f in shapes.SHAPES if f not in forms_])][:rng.randint(2, 3)]
        color = rng.choice([*colors, None])
        numbers = Counter(t.shape for t in things if color in (None, t.color))
        first = f"{color} {shapes.plural(left[0])}" if color else shapes.plural(left[0])
        turns = [(f"How many {first} are there?", str(numbers[left[0]]))]
        turns += [(follow(rng, f"{color} {shapes.plural(f)}" if color else shapes.plural(f)), str(numbers[f])) for f in left[1:]]
    if rng.random() < 0.6:
        turns.insert(rng.randint(1, len(turns)), (rng.choice(["How many shapes are there in all?", "And in all?"]), str(len(things))))
    return page, turns


def told_apart(s: Setting):
    """The colours of several shapes, or the shapes of several colours."""
    rng = s.rng
    count = rng.randint(2, 4)
    pairs = list(zip(rng.sample([c for c in NAMED if c != "white"], count), rng.sample(shapes.SHAPES, count)))
    page, things, _ = shapes.draw_groups(s, pairs)
    order = rng.sample(things, len(things))
    if rng.random() < 0.5:
        turns = [(f"What color is the {order[0].shape}?", order[0].color.capitalize())]
        turns += [(follow(rng, f"the {t.shape}"), t.color.capitalize()) for t in order[1:]]
    else:
        turns = [(f"What shape is {order[0].color}?", order[0].shape.capitalize())]
        turns += [(follow(rng, f"the {t.color} one"), t.shape.capitalize()) for t in order[1:]]
    if len(turns) == 1 or rng.random() < 0.3:
        turns.append(("How many shapes are there?", str(len(things))))
    return page, turns


def absent(s: Setting):
    """Asked for fields, half of which aren't on the form."""
    rng = s.rng
    page, filled = forms.draw(s)
    there = rng.sample(list(filled.values), min(2, len(filled.values)))
    missing = rng.sample([n for n in forms.field_values(rng) if n not in filled.values], 3)
    asked = [forms.ask_field(rng, name, filled.values[name]) for name in there]
    asked += [(forms.ask_field(rng, name, "")[0], f"There is no {name.lower()}.") for name in missing]
    return page, asked + [(f"Is there a field called {missing[0]}?", "No"), (f"Is there a field called {there[0]}?", "Yes")]

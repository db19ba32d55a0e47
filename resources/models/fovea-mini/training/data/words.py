"""Text to print: prose, dictionary words, names, dates, prices, codes."""
import string

from data import source

MONTHS = ("January February March April May June July August September October November December").split()
FIRST_NAMES = """James Mary John Anna Peter Laura David Emma Robert Sofia Daniel Olivia Lucas Mia Paul Nina Omar
    Lena Victor Clara Hugo Alice Ivan Sara Leo Julia Max Eva Tom Ruth Li Wei Chen Yuki Priya Ahmed Carlos
    Elena""".split()
LAST_NAMES = """Smith Jones Brown Miller Davis Garcia Wilson Moore Taylor White Harris Martin Clark Lewis Walker
    Young King Wright Hill Green Baker Adams Nelson Carter Parker Evans Turner Collins Morris Reed Cook Bell Wang
    Zhang Liu Kumar Silva Novak Muller Rossi""".split()
CITIES = """London Paris Berlin Madrid Rome Tokyo Osaka Boston Chicago Seattle Austin Denver Toronto Sydney Dublin
    Vienna Prague Warsaw Oslo Lisbon Athens Cairo Mumbai Delhi Lima Quito Bogota Beijing Shanghai Nanjing Seoul
    Hanoi Geneva Zurich Munich Hamburg Lyon Milan Turin Porto""".split()
TRADES = """Bakery Market Cafe Store Books Pharmacy Grocery Hardware Electronics Deli Pizza Garden Bistro Diner
    Coffee Shop Supply Motors Studio Labs Systems Trading Foods Clinic Hotel""".split()
QUALITIES = """Golden Green Blue Happy Sunny Royal Corner Central Lucky Silver Fresh Grand Urban Little Quick Bright
    Old New River Mountain Ocean Red North South Prime""".split()
GOODS = """Coffee Tea Milk Bread Butter Cheese Eggs Apples Bananas Oranges Rice Pasta Chicken Beef Salmon Salad Soup
    Pizza Burger Sandwich Cookies Cake Muffin Juice Water Soda Beer Wine Sugar Salt Pepper Honey Yogurt Cereal
    Potato Tomato Onion Carrot Lettuce Mushroom Notebook Pencil Eraser Marker Stapler Folder Paper Battery Lamp
    Cable Mouse Keyboard Monitor Charger Headset Towel Soap Shampoo Toothbrush Candle Mug Plate Fork Spoon Bottle
    Chair Desk Shelf Hammer Nails Paint Brush""".split()
PRINTABLE = string.ascii_letters + string.digits + string.punctuation


def read_words() -> list[str]:
    """Dictionary words (Debian's wamerican) that fit on a short line."""
    lines = source.DICTIONARY.read_text(encoding="utf-8").split()
    return [w for w in lines if w.isascii() and "'" not in w and 2 <= len(w) <= 12]


def read_prose() -> list[str]:
    """Running English from Debian's licence texts and Python's own manual, word by word."""
    texts = [p.read_text(encoding="utf-8") for p in sorted(source.LICENCES.iterdir())]
    texts += source.manual()
    words = []
    for text in texts:
        for line in map(str.strip, text.split("\n")):
            if len(line) > 30 and line.isascii() and "http" not in line and "::" not in line:
                words += line.replace('"', "").split()
    return [w for w in words if len(w) <= 16]


WORDS, PROSE = read_words(), read_prose()


def word(rng) -> str:
    w, r = rng.choice(WORDS), rng.random()
    return w if r < 0.5 else w.capitalize() if r < 0.8 else w.upper()


def prose(rng, limit: int) -> str:
    """Consecutive words of running text, at most `limit` characters."""
    start, text = rng.randrange(len(PROSE) - 60), ""
    for w in PROSE[start:start + 60]:
        if len(text) + len(w) + 1 > limit:
            break
        text = f"{text} {w}".strip()
    return text or PROSE[start][:limit]


def noise(rng, count: int) -> str:
    """Random characters: nothing to guess, only to read."""
    return "".join(rng.choice(PRINTABLE) for _ in range(count))


def date(rng) -> str:
    y, m, d = rng.randint(1995, 2030), rng.randint(1, 12), rng.randint(1, 28)
    month = MONTHS[m - 1]
    return rng.choice([f"{y}-{m:02d}-{d:02d}", f"{d:02d}/{m:02d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{d}.{m}.{y}",
                       f"{month} {d}, {y}", f"{d} {month[:3]} {y}", f"{d} {month} {y}", f"{d:02d}.{m:02d}.{y}"])


def price(rng, digits: int = 3) -> float:
    return rng.choice([rng.uniform(0.5, 20), rng.uniform(1, 10 ** digits)])


def code(rng) -> str:
    return "".join(rng.choice(string.ascii_uppercase + string.digits * 2) for _ in range(rng.randint(3, 9)))


def clock(rng) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}" + rng.choice(["", "", " AM", " PM"])


def person(rng) -> str:
    """Half from short lists, half with dictionary words instead, so that names must be read."""
    first = rng.choice(FIRST_NAMES) if rng.random() < 0.5 else rng.choice(WORDS).capitalize()[:7]
    last = rng.choice(LAST_NAMES) if rng.random() < 0.5 else rng.choice(WORDS).capitalize()
    return f"{first} {last}"


def goods(rng, count: int) -> list[str]:
    """Things on a bill, a few of them dictionary words; all differ."""
    return [thing if rng.random() < 0.8 else rng.choice(WORDS).capitalize() for thing in rng.sample(GOODS, count)]


def city(rng) -> str:
    return rng.choice(CITIES) if rng.random() < 0.6 else rng.choice(WORDS).capitalize()


def shop(rng) -> str:
    trade = rng.choice(TRADES)
    return rng.choice([f"{rng.choice(QUALITIES)} {trade}", f"{rng.choice(LAST_NAMES)}'s {trade}",
                       f"{rng.choice(QUALITIES)} {rng.choice(GOODS)} {trade}", f"{rng.choice(CITIES)} {trade}",
                       f"{rng.choice(WORDS).capitalize()} {trade}",
                       f"{rng.choice(WORDS).capitalize()} {rng.choice(WORDS).capitalize()}"])


def email(rng) -> str:
    return f"{rng.choice(FIRST_NAMES).lower()}@{rng.choice(WORDS).lower()}.{rng.choice(['com', 'org', 'net'])}"


def technical(rng) -> str:
    """What stands in terminals and settings: addresses, paths, versions, assignments."""
    def name():
        return rng.choice(WORDS).lower()
    return rng.choice([".".join(str(rng.randint(0, 255)) for _ in range(4)), f"/{name()}/{name()}/{name()}",
                       f"{name()}_{name()}={rng.choice([name(), str(rng.randint(0, 9999))])}", f"www.{name()}.{name()[:3]}",
                       f"{name()}-{rng.randint(0, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}", f"--{name()}-{name()}",
                       f"{name()}({name()}, {rng.randint(0, 99)})", f"{rng.randint(0, 10 ** 9)}",
                       "/".join(name().upper() for _ in range(rng.randint(2, 3)))])


def number(rng) -> str:
    return rng.choice([f"{price(rng):.2f}", f"${price(rng, 4):.2f}", f"€{price(rng):.2f}", f"{rng.randint(1, 99)}%",
                       str(rng.randint(0, 10 ** rng.randint(1, 7))), f"{rng.randint(1000, 99999):,}"])


def several_words(rng, limit: int) -> str:
    text = word(rng)
    while rng.random() < 0.6 and len(text) < limit - 5:
        text += " " + word(rng)
    return text


def joined(rng, limit: int) -> str:
    """Common words, some without the space between them: where one stands is seen, not guessed."""
    start, text = rng.randrange(len(PROSE) - 12), ""
    for w in PROSE[start:start + 12]:
        longer = text + (" " if rng.random() < 0.65 else "") + w if text else w
        if len(longer) > limit:
            break
        text = longer
    return text if rng.random() < 0.5 else text.title() if rng.random() < 0.5 else text.upper()


def labelled(rng) -> str:
    label = rng.choice("Total Date Price Name Amount Order Tax Room Qty Tel Size Weight".split())
    return f"{label}: {rng.choice([code(rng), f'{price(rng):.2f}', word(rng)])}"


def snippet(rng, limit: int) -> str:
    """Anything that may stand on a short line, at most `limit` characters."""
    kinds = [(0.26, lambda: prose(rng, limit)), (0.18, lambda: several_words(rng, limit)),
             (0.06, lambda: joined(rng, limit) or word(rng)),
             (0.10, lambda: number(rng)), (0.06, lambda: date(rng)), (0.03, lambda: person(rng)),
             (0.03, lambda: shop(rng)), (0.06, lambda: code(rng)), (0.04, lambda: email(rng)),
             (0.04, lambda: clock(rng)), (0.07, lambda: labelled(rng)), (0.07, lambda: technical(rng)),
             (0.07, lambda: noise(rng, rng.randint(1, min(limit, 10))))]
    make = rng.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]
    return make()[:limit].strip() or "A"

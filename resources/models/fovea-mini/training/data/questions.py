"""Phrasings shared by several kinds of picture, and how questions become conversations."""

READ_ALL = ("Read the text.", "What does it say?", "What is written here?", "Read all text.", "Transcribe the text.",
            "OCR", "What text is in the image?", "Please read this.", "Please read everything in the image.")

Question = tuple[str, str]  # question, answer


def read_all(rng, lines: list[str]) -> Question:
    return rng.choice(READ_ALL), "\n".join(lines)


def title(rng, text: str) -> Question:
    return rng.choice(["What is the title?", "Read the title.", "What is the heading?"]), text


def kind(rng, answer: str) -> Question:
    return rng.choice(["What kind of image is this?", "What is this?", "What type of picture is it?"]), answer


def describe(rng, answer: str) -> Question:
    return rng.choice(["Describe the image.", "What do you see?", "What is in the picture?"]), answer


def yes_no(truth: bool) -> str:
    return "Yes" if truth else "No"


def contains_word(rng, other: str, lines: list[str]) -> list[Question]:
    """Whether a word is on the page: half the time one that is, half the time `other`."""
    text = " ".join(lines)
    asked = other if rng.random() < 0.5 else rng.choice(text.split())
    if len(asked) < 3 or '"' in asked:
        return []
    question = rng.choice([f'Is the word "{asked}" in the image?', f'Does it say "{asked}"?'])
    return [(question, yes_no(asked.lower() in text.lower()))]


def about_lines(rng, lines: list[str]) -> list[Question]:
    """First, last, second line and their count."""
    asked = [(rng.choice(["Read the first line.", "What is the first line?"]), lines[0]),
             (rng.choice(["Read the last line.", "What is the last line?"]), lines[-1]),
             (rng.choice(["How many lines of text are there?", "How many lines?"]), str(len(lines)))]
    if len(lines) > 2:
        asked.append((rng.choice(["Read line 2.", "What is on the second line?"]), lines[1]))
    return asked


BUDGET = 260          # tokens of all conversations about a picture: rows of like length waste little on padding
TURN_OVERHEAD = 22    # tokens of a turn beside question and answer


def conversations(rng, questions: list[Question], limit: int) -> list[list[Question]]:
    """At most `limit` different questions within BUDGET, the whole text at most once; now and then two as turns of
    one talk."""
    chosen, seen, whole, used = [], set(), False, 0
    for question, answer in rng.sample(questions, len(questions)):
        if not answer or question in seen or (question in READ_ALL and whole):
            continue
        cost = len(question) + len(answer.encode("utf-8")) + TURN_OVERHEAD
        if chosen and used + cost > BUDGET:
            continue
        used += cost
        seen.add(question)
        whole = whole or question in READ_ALL
        chosen.append((question, answer))
    chosen = chosen[:limit]
    if len(chosen) > 1 and rng.random() < 0.2:
        return [chosen[:2], *[[c] for c in chosen[2:]]]
    return [[c] for c in chosen]

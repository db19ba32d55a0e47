"""Random JSON schemas of the keywords that `response_format` takes."""
import random

WORDS = ["name", "total", "Größe", "日付", "a b", 'quo"te', "back\\slash", "x", "items", "emoji😀", "new\nline"]


def scalar(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return {"type": "boolean"}
    if kind == 1:
        return {"type": "null"}
    if kind == 2:
        low = rng.randint(-2000, 2000)
        schema = {"type": "integer"}
        schema[rng.choice(["minimum", "exclusiveMinimum"])] = low
        schema[rng.choice(["maximum", "exclusiveMaximum"])] = low + rng.randint(2, 3000)
        return schema
    if kind == 3:
        low = rng.randint(-50, 50)
        return {"type": "number", "minimum": low, "maximum": low + rng.randint(0, 100)}
    if kind == 4:
        return {"enum": rng.sample(WORDS, rng.randint(1, 4)) + rng.choice([[], [None], [7, -1.5], [True]])}
    if kind == 5:
        return {"const": rng.choice([*WORDS, 12, None, False, [1, "a"], {"k": []}])}
    least = rng.randint(0, 4)
    schema = {"type": "string", "minLength": least, "maxLength": least + rng.randint(0, 6)}
    if kind == 6:
        schema["type"] = ["string", "null"]
    return schema


def any_schema(rng, depth, references):
    if depth == 0 or rng.random() < 0.3:
        return scalar(rng)
    kind = rng.randrange(6)
    if kind == 0:
        least = rng.randint(0, 2)
        return {"type": "array", "items": any_schema(rng, depth - 1, references), "minItems": least, "maxItems": least + rng.randint(0, 3)}
    if kind == 1:
        return {"anyOf": [any_schema(rng, depth - 1, references) for _ in range(rng.randint(1, 3))]}
    if kind == 2 and references:
        return {"$ref": "#/$defs/" + rng.choice(references)}
    if kind == 3:
        return {"type": "object", "additionalProperties": False}
    names = rng.sample(WORDS, rng.randint(1, 4))
    return {
        "type": "object",
        "title": "ignored",
        "properties": {name: any_schema(rng, depth - 1, references) for name in names},
        "required": [name for name in names if rng.random() < 0.6],
        "additionalProperties": False,
    }


def random_schema(seed):
    """A schema; a third of them hold lists or trees of themselves."""
    rng = random.Random(seed)
    schema = any_schema(rng, 3, [])
    if rng.random() < 0.33:
        node = {
            "type": "object",
            "properties": {"value": scalar(rng), "next": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/node"}]}},
            "required": ["value", "next"],
            "additionalProperties": False,
        }
        leaf = {"type": "array", "items": {"$ref": "#/$defs/leaf"}, "maxItems": 2}
        schema = {"$defs": {"node": node, "leaf": leaf}, "type": "object", "additionalProperties": False,
                  "properties": {"first": any_schema(rng, 2, ["node", "leaf"]), "tree": {"$ref": "#/$defs/leaf"}},
                  "required": ["first"]}
    return schema

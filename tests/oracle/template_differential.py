#!/usr/bin/env python3
"""Chat templates: our renderer against Python's jinja2 in the environment that transformers builds.

    template_differential.py BINARY [--data DIR] [--lists N] [--expressions N] [--seed N] [--write-snippets]

BINARY is template_render of the build (tests/support/template_render.cpp). Three sets are compared:
- DIR/snippets.json: pieces of Jinja with variables and what jinja2 made of them. --write-snippets fills in the results
  anew (keeping templates, variables and the mark `left_out` of what our renderer states not to support).
- N expressions drawn from --seed: operators, filters, tests and methods over one another. Those that ours states not to
  support are counted apart.
- N message lists, drawn from --seed, through every *.jinja of DIR, with drawn tools and options.
Text must be equal byte for byte; where Python raises, ours must refuse, in the template's own words where it has some
(raise_exception). The last line is "N passed, M failed"; the exit code is 1 if anything failed.
Needs transformers and jinja2 (tests/oracle/requirements.txt).
"""
import argparse
import copy
import datetime
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

from jinja2.exceptions import TemplateError
from transformers.utils.chat_template_utils import _compile_jinja_template

NOW = datetime.datetime(2026, 3, 7, 14, 5, 9)
HERE = Path(__file__).resolve().parent


def expected(template, variables):
    """What Python makes of it: {"text"}, {"raises": its words} or {"fails": the error's type}."""
    try:
        compiled = _compile_jinja_template(template)
        return {"text": compiled.render(**{"strftime_now": NOW.strftime, **variables})}
    except TemplateError as error:
        if type(error) is TemplateError:  # raise_exception; jinja2's own errors are subclasses
            return {"raises": str(error)}
        return {"fails": type(error).__name__}
    except Exception as error:  # what a template can do wrong has no end: TypeError, RecursionError, …
        return {"fails": type(error).__name__}


def render_all(binary, requests):
    now = [NOW.year, NOW.month, NOW.day, NOW.hour, NOW.minute, NOW.second]
    lines = "".join(json.dumps({**request, "now": now}) + "\n" for request in requests)
    done = subprocess.run([binary], input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if done.returncode != 0 or len(answers) != len(requests):
        sys.exit(f"{binary} ended with {done.returncode} after {len(answers)} of {len(requests)} answers\n{done.stderr}")
    return answers


def agrees(want, got, left_out=False):
    if left_out:
        return got.get("unsupported") is True
    if "text" in want:
        return got.get("text") == want["text"]
    return "error" in got and ("raises" not in want or got["error"] == want["raises"])


# --- drawn conversations ---

WORDS = ["hello", "wörld", "你好", "🙂", "<b>&amp;</b>", "\"quoted\"", "it's", "\\n", "{{ x }}", "{% if %}", "</think>", "<think>",
         "a\tb", "/nothink", "<|im_end|>", "line\nbreak", "  ", "\n\n", "[gMASK]", "<|image|>", "é", "\u2028", "%s", "42", ""]


class Drawer:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def text(self):
        joint = self.rng.choice([" ", "", "\n"])
        text = joint.join(self.rng.choice(WORDS) for _ in range(self.rng.randint(0, 6)))
        if self.rng.random() < 0.15:
            text = f"<think>\n{text}\n</think>\n\n{self.rng.choice(WORDS)}"
        return text

    def json(self, depth=0):
        kind = self.rng.randint(0, 8 if depth < 3 else 5)
        if kind == 0:
            return None
        if kind == 1:
            return self.rng.choice([True, False])
        if kind == 2:
            return self.rng.choice([0, -1, 7, 2**53, -(2**63), 2**63 - 1])
        if kind == 3:
            return self.rng.choice([0.5, -1.25, 1e20, 1e-7, 3.0, 0.1, 123456789.123])
        if kind <= 5:
            return self.text()
        if kind == 6:
            return [self.json(depth + 1) for _ in range(self.rng.randint(0, 3))]
        return {self.rng.choice(["a", "b", "type", "items", "é", "name", "x y"]): self.json(depth + 1)
                for _ in range(self.rng.randint(0, 3))}

    def arguments(self):
        return {self.rng.choice(["city", "n", "when", "ü", "opts"]): self.json(1) for _ in range(self.rng.randint(0, 3))}

    def part(self):
        kind = self.rng.randint(0, 7)
        if kind <= 3:
            return {"type": "text", "text": self.text()}
        if kind <= 5:
            return self.rng.choice([{"type": "image", "image": "a.png"}, {"type": "image"}, {"type": "image", "url": "u"},
                                    {"type": "image_url", "image_url": {"url": "u"}}])
        return self.rng.choice([{"type": "video", "video": "v.mp4"}, {"type": "video"}, {"type": "file", "file": "f"}])

    def content(self):
        if self.rng.random() < 0.5:
            return self.text()
        return [self.part() for _ in range(self.rng.randint(0, 4))]

    def call(self):
        arguments = json.dumps(self.arguments()) if self.rng.random() < 0.2 else self.arguments()
        call = {"name": self.rng.choice(["weather", "lookup"]), "arguments": arguments}
        return {"type": "function", "function": call} if self.rng.random() < 0.7 else call

    def message(self):
        role = self.rng.choice(["user", "user", "assistant", "assistant", "tool", "system", "other"])
        message = {"role": role, "content": self.content()}
        if role == "assistant":
            if self.rng.random() < 0.4:
                message["tool_calls"] = [self.call() for _ in range(self.rng.randint(0, 2))]
            if self.rng.random() < 0.3:
                message["reasoning_content"] = self.rng.choice([self.text(), None])
            if self.rng.random() < 0.1:
                del message["content"]
        if role == "tool" and self.rng.random() < 0.3:
            message["content"] = self.rng.choice([{"output": self.text()}, [{"output": self.json()}], [self.text()], None, 5])
        return message

    def tool(self):
        properties = {name: {"type": "string", "description": self.text()} for name in self.rng.sample(["q", "n", "ß"], 2)}
        return {"type": "function", "function": {"name": "f", "description": self.text(), "parameters": {
            "type": "object", "properties": properties, "required": ["q"], "extra": self.json()}}}

    def variables(self):
        messages = [self.message() for _ in range(self.rng.randint(0 if self.rng.random() < 0.05 else 1, 7))]
        if self.rng.random() < 0.3:
            messages.insert(0, {"role": "system", "content": self.content()})
        out = {"messages": messages, "tools": None, "documents": None, "bos_token": "<s>", "eos_token": "</s>",
               "add_generation_prompt": self.rng.random() < 0.5}
        if self.rng.random() < 0.4:
            out["tools"] = [self.tool() for _ in range(self.rng.randint(0, 3))]
        if self.rng.random() < 0.4:
            out["enable_thinking"] = self.rng.random() < 0.5
        if self.rng.random() < 0.3:
            out["add_vision_id"] = self.rng.random() < 0.7
        return out


# --- drawn expressions ---

LEAVES = ["0", "1", "-2", "7", "2.5", "-0.5", "1e16", "true", "false", "none", "''", "'a'", "'b c'", "'Ünï ß'", "'a,b,,c'", "' x '",
          "'12'", "'3.5'", "'ab\\ncd\\n'", "[]", "[1,2,3]", "['b','A','c']", "[1,'a',none]", "(1,2)", "('x',)", "{}", "{'a':1,'b':[2]}",
          "{1:'x','k':none}", "missing", "messages", "messages[0]", "messages[1].content", "numbers", "users", "text", "range(4)", "ns",
          "ns.a", "[[1,2],[3]]", "[('a',1),('b',2)]"]
BINARY = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]
FILTERS = ["trim", "upper", "lower", "title", "capitalize", "length", "count", "first", "last", "list", "string", "int", "float", "abs",
           "round", "sort", "reverse", "reverse|list", "unique|list", "join", "join(',')", "join('-',attribute='name')", "sum", "min", "max",
           "default('d')", "default('d',true)", "tojson", "tojson(indent=1)", "tojson(sort_keys=true)", "items|list", "dictsort",
           "map('upper')|list", "map(attribute='name')|list", "map(attribute='role',default='r')|join('/')", "select|list", "reject|list",
           "selectattr('name')|list", "rejectattr('role','defined')|list", "selectattr('name','eq','Ann')|list", "select('string')|list",
           "replace('a','b')", "replace('','-')", "indent(2)", "indent(1,true,true)", "map('length')|list", "map('int')|list", "batch"]
TESTS = ["defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "float", "boolean", "true",
         "false", "odd", "even", "divisibleby(2)", "eq(1)", "in([1,'a'])", "lower", "upper", "callable", "not defined", "not string", "gt(1)"]
TAILS = [".strip()", ".split()", ".split(',')", ".split(',',1)", ".rsplit(' ',1)", ".upper()", ".title()", ".capitalize()", ".replace('a','')",
         ".startswith('a')", ".endswith(('c','d'))", ".find('b')", ".count('a')", ".splitlines()", ".isdigit()", ".items()", ".keys()|list",
         ".values()|list", ".get('a')", ".get('zz',0)", ".items", ".a", ".name", ".role", "[0]", "[-1]", "['a']", "[1:]", "[::-1]", "[:2]", "[::2]",
         "[1:-1]", "[99]", ".0", ".partition('b')", ".index(1)", ".lstrip('ab')", ".join(['x','y'])", ".b[0]"]
DATA = {"messages": [{"role": "user", "content": "Hi there"}, {"role": "assistant", "content": "Ünï ok", "name": "bot"}],
        "numbers": [3, 1, 2, 1.5], "users": [{"name": "Ann", "age": 31}, {"name": "bob", "age": 7}], "text": "The quick brown fox"}


def drawn_expression(rng, depth=0):
    if depth > 3 or rng.random() < 0.15:
        return f"c{rng.randrange(len(LEAVES))}"
    inner = lambda: drawn_expression(rng, depth + 1)
    kind = rng.randint(0, 11)
    if kind <= 2:
        return f"({inner()} {rng.choice(BINARY)} {inner()})"
    if kind <= 5:
        return f"({inner()}|{rng.choice(FILTERS)})"
    if kind == 6:
        return f"({inner()} is {rng.choice(TESTS)})"
    if kind <= 8:
        return f"({inner()}){rng.choice(TAILS)}"
    if kind == 9:
        return rng.choice(["[{}, {}]", "({}, {})", "{{'k': {}, 'l': {}}}", "({} if {} else 0)"]).format(inner(), inner())
    return rng.choice(["(not {})", "(-{})", "dict(a={})", "namespace(v={}).v", "(+{})"]).format(inner())


def check_expressions(binary, count, seed):
    rng = random.Random(seed)
    # By name, so that nothing is folded at compile time: there Jinja forgives what it does not in a running template.
    names = "".join("{% set c" + f"{i} = {leaf}" + " %}" for i, leaf in enumerate(LEAVES))
    templates = ["{% set ns = namespace(a=1, b='x') %}" + names + "{{ " + drawn_expression(rng) + " }}" for _ in range(count)]
    answers = render_all(binary, [{"template": template, "variables": DATA} for template in templates])
    passed = failed = unsupported = rendered = 0
    for template, got in zip(templates, answers):
        if got.get("unsupported"):
            unsupported += 1
            continue
        want = expected(template, copy.deepcopy(DATA))  # Jinja's indent changes the list it is given
        if agrees(want, got):
            passed += 1
            rendered += "text" in want
        else:
            failed += 1
            report(template[len(names):], want, got)
    print(f"{count} expressions, {rendered} of them with a text, {unsupported} stated as unsupported")
    return passed, failed


def report(name, want, got):
    print(f"FAILED {name}\n  python: {json.dumps(want, ensure_ascii=False)[:400]}\n"
          f"  ours:   {json.dumps(got, ensure_ascii=False)[:400]}")


def check_snippets(binary, path, write):
    snippets = json.loads(path.read_text(encoding="utf-8"))
    answers = render_all(binary, [{"template": s["template"], "variables": s["variables"]} for s in snippets])
    passed = failed = 0
    for snippet, got in zip(snippets, answers):
        want = expected(snippet["template"], snippet["variables"])
        left_out = snippet.get("left_out", False)
        if write:
            for key in ("text", "raises", "fails"):
                snippet.pop(key, None)
            snippet.update({} if left_out else want)
        stored = {key: snippet[key] for key in ("text", "raises", "fails") if key in snippet}
        if agrees(want, got, left_out) and (left_out or stored == want):
            passed += 1
        else:
            failed += 1
            report(json.dumps(snippet["template"], ensure_ascii=False)[:200], want, got)
    if write:
        rows = ",\n".join(json.dumps(s, ensure_ascii=False, separators=(",", ":")) for s in snippets)
        path.write_text("[\n" + rows + "\n]\n", encoding="utf-8")
    return passed, failed


def check_lists(binary, folder, lists, seed):
    templates = sorted(folder.glob("*.jinja"))
    drawer = Drawer(seed)
    requests = []
    for _ in range(lists):
        variables = drawer.variables()
        requests += [(path.name, {"template": path.read_text(encoding="utf-8"), "variables": variables}) for path in templates]
    answers = render_all(binary, [request for _, request in requests])
    passed = failed = rendered = 0
    for (name, request), got in zip(requests, answers):
        want = expected(request["template"], request["variables"])
        rendered += "text" in want
        if agrees(want, got):
            passed += 1
        else:
            failed += 1
            report(f"{name} {json.dumps(request['variables'], ensure_ascii=False)[:600]}", want, got)
    print(f"{len(requests)} renderings of {len(templates)} templates, {rendered} of them with a text")
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--data", type=Path, default=HERE.parent / "data/template")
    parser.add_argument("--lists", type=int, default=400)
    parser.add_argument("--expressions", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write-snippets", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore", SyntaxWarning)  # of the drawn expressions, which Python compiles
    first = check_snippets(args.binary, args.data / "snippets.json", args.write_snippets)
    second = check_lists(args.binary, args.data, args.lists, args.seed)
    third = check_expressions(args.binary, args.expressions, args.seed)
    passed, failed = (sum(part[i] for part in (first, second, third)) for i in (0, 1))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

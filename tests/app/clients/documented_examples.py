"""The examples of docs/server-examples.md, run as they stand but for the server's address."""
import json
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from conftest import ROOT

FILE = ROOT / "docs" / "server-examples.md"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


@dataclass
class Example:
    route: str
    language: str
    code: str
    expected: str


def examples():
    found = []
    for section in re.split(r"^## ", FILE.read_text(), flags=re.MULTILINE)[1:]:
        route, _, body = section.partition("\n")
        found += [Example(route, *block.groups()) for block in BLOCK.finditer(body)]
    return found


def as_pattern(expected):
    """Text in which `...` stands for anything."""
    return "".join(".*" if part == "..." else re.escape(part) for part in re.split(r"(\.\.\.)", expected.strip()))


@pytest.mark.parametrize("example", examples(), ids=lambda one: f"{one.route}-{one.language}")
def test_an_example_gives_what_stands_below_it(server, example):
    assert example.expected, "an example says what comes"
    code = re.sub(r"(http://)?(localhost|127\.0\.0\.1):8080", server.address, example.code)
    assert server.address in code
    command = ["bash", "-euo", "pipefail", "-c", code] if example.language == "sh" else [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(as_pattern(example.expected), done.stdout.strip(), re.DOTALL), done.stdout


def test_every_route_has_one_of_each_kind():
    document = json.loads((ROOT / "resources" / "server" / "openapi.json").read_text())
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    for language in ("sh", "python"):
        assert {one.route for one in examples() if one.language == language} == routes

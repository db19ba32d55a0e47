"""Reads a Containerfile: instructions in their order, and what they mean for a stage. Knows what ours uses; anything else is
refused by name, so that no step is skipped in silence."""

import json
import os
import re
import shlex

KNOWN = {"ARG", "FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


class ContainerfileError(Exception):
    pass


def instructions(text):
    """[(name, rest)] with continued lines joined and comments left out."""
    found, held = [], ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or (not line.strip() and not held):
            continue
        held += line.strip() + " "
        if held.endswith("\\ "):
            held = held[:-2]
            continue
        name, _, rest = held.strip().partition(" ")
        if name.upper() not in KNOWN:
            raise ContainerfileError(f"{name} is no instruction that this reads: {held.strip()}")
        found.append((name.upper(), rest.strip()))
        held = ""
    if held:
        raise ContainerfileError("the last line goes on and nothing follows")
    return found


def expanded(text, variables):
    return re.sub(r"\$\{(\w+)\}|\$(\w+)", lambda hit: variables.get(hit[1] or hit[2], ""), text)


def pairs(rest):
    """The pairs of an ENV or ARG with values."""
    return [word.partition("=")[::2] for word in shlex.split(rest)]


def command(rest):
    """Of an instruction in exec form the words; the shell form is refused, as signals would not reach the program."""
    try:
        words = json.loads(rest)
    except ValueError:
        raise ContainerfileError(f"not in exec form: {rest}") from None
    return words


def healthcheck(rest):
    """The words of HEALTHCHECK's command."""
    options, separator, words = rest.partition("CMD ")
    if not separator or any(not one.startswith("--") for one in options.split()):
        raise ContainerfileError(f"HEALTHCHECK isn't [--OPTION...] CMD [...]: {rest}")
    return command(words)


def ignore_rule(pattern):
    """A line of the ignore file as an expression over paths relative to the context."""
    out = ""
    for piece in re.split(r"(\*\*/|\*)", pattern.strip().strip("/")):
        out += {"**/": "(?:.*/)?", "*": "[^/]*"}.get(piece, re.escape(piece))
    return re.compile(out + r"(?:/.*)?\Z")


def context_files(context, ignore_text):
    """Every file of the build context, relative, as far as the ignore file lets it in."""
    rules = [ignore_rule(line) for line in ignore_text.splitlines() if line.strip() and not line.startswith("#")]

    def ignored(path):
        return any(rule.match(path) for rule in rules)

    for folder, folders, names in os.walk(context):
        below = os.path.relpath(folder, context)
        folders[:] = [one for one in folders if not ignored(os.path.normpath(os.path.join(below, one)))]
        for name in names:
            path = os.path.normpath(os.path.join(below, name))
            if not ignored(path):
                yield path

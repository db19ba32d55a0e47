"""Asks a model of random weights for JSON under random schemas, over HTTP: every finished answer must be valid by `jsonschema`.

schema_answers.py --program FOVEA --checkpoint FOLDER [--schemas 500] [--seed 1]
"""
import argparse
import concurrent.futures
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request

import jsonschema
from random_schema import random_schema

KEYWORDS = ["pattern", "format", "multipleOf", "uniqueItems", "oneOf", "allOf", "not", "if", "patternProperties", "prefixItems", "contains"]


def ask(address, schema, seed, tokens):
    body = {
        "messages": [{"role": "user", "content": "Answer."}],
        "max_tokens": tokens,
        "seed": seed,
        # Greedy and drawn from all tokens in turns: the first is what is asked most, the second tries the most.
        "temperature": 0 if seed % 4 == 0 else 1,
        "top_k": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}},
    }
    request = urllib.request.Request(address + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as reply:
        return json.load(reply)["choices"][0]


def fault_of(schema, choice):
    """What is wrong with an answer, or None."""
    text = choice["message"]["content"]
    if choice["finish_reason"] == "length":
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        return f"no JSON ({error})"
    errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]
    return "; ".join(errors) or None


def refused(address, keyword):
    try:
        ask(address, {"type": "string", keyword: "x"}, 1, 1)
    except urllib.error.HTTPError as error:
        return error.code == 400 and keyword in json.load(error)["error"]["message"]
    return False


def run(address, options):
    for keyword in KEYWORDS:
        if not refused(address, keyword):
            return f"The keyword {keyword} was not refused by name."
    schemas = [random_schema(options.seed * 100_000 + i) for i in range(options.schemas)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        choices = list(pool.map(lambda i: ask(address, schemas[i], i, options.tokens), range(len(schemas))))
    faults = [(i, fault_of(schemas[i], choices[i])) for i in range(len(schemas))]
    finished = sum(choice["finish_reason"] == "stop" for choice in choices)
    print(f"{len(schemas)} schemas: {finished} finished, {len(schemas) - finished} cut at {options.tokens} tokens.")
    for i, fault in faults:
        if fault:
            return f"Schema {json.dumps(schemas[i])}: {fault}: {choices[i]['message']['content']!r}"
    if finished < len(schemas) * 0.8:
        return "Too few answers were finished for this to say much."
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--schemas", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=400)
    options = parser.parse_args()
    server = subprocess.Popen([options.program, "serve", "--model", options.checkpoint, "--port", "0", "--no-page"], stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        address = re.search(r"http://\S+?(?=[,.]?\s*$|, )", line)
        if not address:
            return sys.exit(f"The server did not start: {line!r}")
        fault = run(address.group().rstrip("."), options)
    finally:
        server.terminate()
        server.wait(60)
    sys.exit(fault)


if __name__ == "__main__":
    main()

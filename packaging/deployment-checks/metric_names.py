#!/usr/bin/env python3
"""Every metric that rules, dashboard and autoscaler name must be one that a server tells; a name that nothing tells makes an alert
that never comes.

  metric_names.py FOVEA [--nvml LIBRARY] [--save SCRAPE] FILE...

Starts `fovea serve` with the model in the box, asks it something and scrapes it. Names are taken from # TYPE lines: what the machine
cannot tell has no sample, but a type. --nvml: a library in the place of NVIDIA's, so that GPUs have samples too."""

import argparse
import json
import pathlib
import re
import sys
import tempfile

from servers import CheckFailed, Server, ask, get, wait_until

# fovea_name, but no label value, file or rule (fovea:name).
NAME = re.compile(r"(?<![\w:./-])fovea_[a-z0-9_]+(?![\w:./-])")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}


def told(scrape):
    names = set()
    for line in scrape.splitlines():
        hit = re.fullmatch(r"# TYPE (\S+) (\S+)", line)
        if hit:
            names.update(hit[1] + suffix for suffix in SUFFIXES.get(hit[2], ("",)))
    return names


def expressions(path):
    """The text in which metrics are named; of a dashboard its queries alone."""
    text = path.read_text()
    if path.suffix != ".json":
        return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    dashboard = json.loads(text)
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    found += [variable["query"]["query"] for variable in dashboard["templating"]["list"] if isinstance(variable["query"], dict)]
    return "\n".join(found)


def scrape(fovea, nvml):
    """What /metrics of a real server says after a question and a refusal."""
    with tempfile.TemporaryDirectory(prefix="fovea-nvml-") as folder:
        environment = {}
        if nvml:
            pathlib.Path(folder, "libnvidia-ml.so.1").symlink_to(nvml.resolve())
            environment["LD_LIBRARY_PATH"] = folder
        with Server(fovea, environment=environment) as server:
            if ask(server.port)[0] != 200 or get(server.port, "/no/such/route")[0] != 404:
                raise CheckFailed("the server doesn't answer as it should")
            if nvml:
                wait_until(lambda: server.value("fovea_gpu_power_watts") > 0, "the stand-in GPU's power")
            if server.value("fovea_refusals_total") != 1 or server.value("fovea_request_latency_seconds_count") != 1:
                raise CheckFailed("one question and one refusal were not counted as such")
            return server.scrape()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fovea")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--nvml", type=pathlib.Path)
    parser.add_argument("--save", type=pathlib.Path)
    arguments = parser.parse_args()
    text = scrape(arguments.fovea, arguments.nvml)
    if arguments.save:
        arguments.save.write_text(text)
    known = told(text)
    # In prose (an annotation's hint) a histogram goes by its own name.
    families = known | {name.removesuffix("_count") for name in known}
    used, wrong = set(), []
    for path in arguments.files:
        names = set(NAME.findall(expressions(path)))
        if not names:
            wrong.append(f"{path}: names no metric at all")
        used |= names
        wrong += [f"{path}: no server tells {name}" for name in sorted(names - families)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(used)} metrics are named in {len(arguments.files)} files; all are among the {len(known)} that a server tells.")


if __name__ == "__main__":
    try:
        main()
    except CheckFailed as fault:
        sys.exit(f"FAILED: {fault}")

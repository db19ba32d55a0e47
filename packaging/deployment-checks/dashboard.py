#!/usr/bin/env python3
"""The dashboard's and the rules' queries, asked of a real Prometheus that scrapes a real server by packaging/monitoring's own
configuration: every query must be one that Prometheus takes, and those that don't hang on hardware must give something.

  dashboard.py FOVEA PROMETHEUS MONITORING_FOLDER"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

from servers import CheckFailed, Server, ask, expect, free_port, get, wait_until

# What a machine without a GPU, or a moment without the event, has no figure for.
MAY_BE_EMPTY = ("fovea_gpu_", "fovea_cpu_", "vision_cache", "answer_cache")


def ask_prometheus(port, query):
    status, text, _ = get(port, "/api/v1/query?" + urllib.parse.urlencode({"query": query}))
    answer = json.loads(text or "{}")
    if status != 200 or answer.get("status") != "success":
        raise CheckFailed(f"Prometheus refuses {query}: {answer.get('error', status)}")
    return answer["data"]["result"]


def queries(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel, target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".+")


def check_layout(dashboard):
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    expect(len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"]), "every panel has a number of its own")
    expect(all(panel["title"] and panel["description"] and panel["fieldConfig"]["defaults"]["unit"] for panel in panels),
           "every panel has a title, a description and a unit")
    taken = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if x >= 24 or (x, y) in taken:
                    raise CheckFailed(f"the panel {panel['title']} lies over {taken.get((x, y), 'the edge')}")
                taken[x, y] = panel["title"]
    print("  ok: no panel lies over another", flush=True)


def main():
    fovea, prometheus, source = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    dashboard = json.loads((source / "grafana/fovea.json").read_text())
    check_layout(dashboard)
    with tempfile.TemporaryDirectory(prefix="fovea-prometheus-") as name, Server(fovea) as server:
        folder, port = pathlib.Path(name), free_port()
        shutil.copy(source / "fovea.rules.yml", folder)
        for file, change in (("prometheus.yml", ("15s", "1s")), ("fovea-targets.yml", ("127.0.0.1:8080", f"127.0.0.1:{server.port}"))):
            text = (source / file).read_text()
            if change[0] not in text:
                raise CheckFailed(f"{file} doesn't hold {change[0]}")
            (folder / file).write_text(text.replace(*change))
        process = subprocess.Popen([prometheus, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                    f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: get(port, "/-/ready")[0] == 200, "Prometheus is ready")
            wait_until(lambda: ask_prometheus(port, "fovea_ready == 1"), "it has scraped the server")

            def empty():
                ask(server.port)
                return [expression for _, expression in queries(dashboard)
                        if not any(part in expression for part in MAY_BE_EMPTY) and not ask_prometheus(port, expression)]

            wait_until(lambda: not empty(), "every query of the dashboard that hangs on no hardware has a result")
            count = 0
            for _, expression in queries(dashboard):
                ask_prometheus(port, expression)
                count += 1
            expect(count > 30, f"Prometheus takes all {count} queries of the dashboard; without hardware figures none is empty")
            groups = json.loads(get(port, "/api/v1/rules")[1])["data"]["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            expect(all(rule["health"] == "ok" for rule in rules), f"all {len(rules)} rules are evaluated without error")
            firing = [rule["name"] for rule in rules if rule.get("state") in ("firing", "pending")]
            expect(not firing, "a healthy server raises no alert")
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    try:
        main()
    except CheckFailed as fault:
        sys.exit(f"FAILED: {fault}")

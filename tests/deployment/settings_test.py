"""settings_test.py FOVEA PACKAGING: `fovea serve` takes every settings file that is delivered, and a file with a slip is refused, so
that the check says something."""

import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap


def taken(fovea, text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        said = subprocess.run([fovea, "serve", "--config", file.name, "--print-config"], capture_output=True, text=True, check=False)
    return said.returncode == 0, said.stderr


def main():
    fovea, packaging = sys.argv[1], pathlib.Path(sys.argv[2])
    texts = {path: path.read_text() for path in (packaging / "container/serve.yaml", packaging / "systemd/serve.yaml")}
    config_map = packaging / "kubernetes/configmap.yaml"
    texts[config_map] = textwrap.dedent(re.search(r"serve\.yaml: \|\n((?:    .*\n|\n)+)", config_map.read_text())[1])
    for path, text in texts.items():
        ok, why = taken(fovea, text)
        assert ok, f"{path}: {why}"
    slip, why = taken(fovea, texts[config_map].replace("drain_seconds", "drain_second"))
    assert not slip and "drain" in why, "a slip in it goes unnoticed"


main()

#!/usr/bin/env python3
"""Install the build into a folder and look at it as a user and a desktop would.

    install_test.py CMAKE BUILD

The program runs from there with an environment that knows nothing of the source tree, finds the model in the box, and opens its
window where there is Xvfb; the desktop's files pass their validators where those are installed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from shown_window import check_window

cmake, build = sys.argv[1:]


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    prefix, home = Path(folder) / "usr", Path(folder) / "home"
    home.mkdir()
    run(cmake, "--install", build, "--prefix", prefix, "--component", "fovea")
    share = prefix / "share"
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(home / "data")}
    assert "fovea-mini" in run(prefix / "bin/fovea", "models", "list", env=env, cwd=home)
    answer = run(prefix / "bin/fovea", "ask", share / "fovea/samples/receipt.png", "What is the total?", env=env, cwd=home)
    assert "12.50" in answer, answer
    assert not list(share.rglob("training")) and not list(share.rglob("sources"))
    if (prefix / "lib/fovea/fovea-window.so").exists():
        desktop, metainfo = share / "applications/fovea.desktop", share / "metainfo/fovea.metainfo.xml"
        entry = dict(line.split("=", 1) for line in desktop.read_text(encoding="utf-8").splitlines() if "=" in line)
        assert (prefix / "bin" / entry["Exec"]).exists(), entry
        icon = share / f"icons/hicolor/scalable/apps/{entry['Icon']}.svg"
        assert "currentColor" not in icon.read_text(encoding="utf-8")
        component = ElementTree.parse(metainfo).getroot()
        assert component.find("launchable").text == desktop.name and component.find("provides/binary").text == entry["Exec"]
        if shutil.which("desktop-file-validate"):
            run("desktop-file-validate", desktop)
        if shutil.which("appstreamcli"):
            # The project has no domain whose reverse its id could begin with.
            run("appstreamcli", "validate", "--no-net", "--override", "cid-desktopapp-is-not-rdns=info", metainfo)
        check_window(prefix / "bin/fovea", env)
print("installed, run and checked")

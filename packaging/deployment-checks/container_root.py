#!/usr/bin/env python3
"""Runs the container's steps, read from the Containerfile itself, in roots made by debootstrap, and then its command as the
container's user over a root that is read-only. For machines without a container engine. Needs root and debootstrap.

  container_root.py CONTAINERFILE --context DIR --ignore FILE --work DIR [--build-arg NAME=VALUE]...

DIR of --work keeps the base system between runs (300 MB) and holds the stages (some 4 GB) until the end."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import containerfile

HERE = pathlib.Path(__file__).resolve().parent
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"  # of the builder; its network may be one that needs them
BUILD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A builder gives each step /proc, /dev, the name servers and its way to the network, and takes them away again.
STEP = r"""
set -e
root=$1; shift
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
if [ -e "$CERTIFICATES" ]; then mkdir -p "$root/run/builder"; cp "$CERTIFICATES" "$root/run/builder/certificates.crt"; fi
exec /usr/sbin/chroot "$root" "$@"
"""


class Stage:
    def __init__(self, root):
        self.root = root
        self.environment = {"PATH": BUILD_PATH}
        self.arguments = {}
        self.folder = "/"
        self.user = "0:0"
        self.volumes = []
        self.healthcheck = self.entrypoint = self.command = None

    def path(self, inside):
        return pathlib.Path(f"{self.root}/{os.path.normpath(os.path.join(self.folder, inside)).lstrip('/')}")


def say(text):
    print(f"[container] {text}", flush=True)


def base_system(work):
    base = work / "bookworm"
    if not (base / "complete").exists():
        shutil.rmtree(base, ignore_errors=True)
        say("debootstrap, variant minbase, in the place of the image debian:12-slim")
        with open(work / "debootstrap.log", "wb") as log:
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(base)], check=True, stdout=log, stderr=log)
        # The images have these; debootstrap writes only the first line.
        (base / "etc/apt/sources.list").write_text("".join(
            f"deb http://deb.debian.org/{place} {suite} main\n" for place, suite in (
                ("debian", "bookworm"), ("debian", "bookworm-updates"), ("debian-security", "bookworm-security"))))
        (base / "complete").touch()
    return base


def run_step(stage, shell_command):
    environment = {**stage.environment, **stage.arguments, "CERTIFICATES": CERTIFICATES}
    if os.path.exists(CERTIFICATES):
        environment["PIP_CERT"] = environment["SSL_CERT_FILE"] = "/run/builder/certificates.crt"
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        if name in os.environ:
            environment[name] = os.environ[name]
    inside = f"cd {stage.folder} && {shell_command}"
    subprocess.run(["unshare", "--mount", "--pid", "--fork", "bash", "-c", STEP, "step", str(stage.root), "/bin/sh", "-c", inside],
                   check=True, env=environment)
    shutil.rmtree(stage.root / "run/builder", ignore_errors=True)


def copy_step(stage, stages, rest, context, ignore_text):
    words = rest.split()
    origin = None
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).partition("=")[2]].root
    *sources, target = words
    for source in sources:
        whole = (origin or context) / source.lstrip("/")
        into = stage.path(target)
        if not whole.exists():
            raise containerfile.ContainerfileError(f"COPY: there is no {source}")
        if origin is not None:
            into.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", "-T", str(whole), str(into)], check=True)
        elif whole.is_file():
            into = into / whole.name if target.endswith("/") or into.is_dir() else into
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(whole, into)
        else:
            for path in containerfile.context_files(context, ignore_text):
                below = os.path.relpath(path, os.path.normpath(source))
                if not below.startswith("../"):
                    (into / below).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(context / path, into / below, follow_symlinks=False)


def build(text, context, ignore_text, work, given):
    """The last stage, as its instructions leave it."""
    stages, stage, before_from = {}, None, {}
    base = base_system(work)
    for number, (name, rest) in enumerate(containerfile.instructions(text), 1):
        began = time.monotonic()
        say(f"step {number}: {name} {rest[:150]}")
        if name == "ARG":
            key, equals, value = rest.partition("=")
            if key in given or equals:
                (before_from if stage is None else stage.arguments)[key] = given.get(key, value)
        elif name == "FROM":
            words = containerfile.expanded(rest, before_from).split()
            if "debian:12" not in words[0]:
                raise containerfile.ContainerfileError(f"this has no {words[0]}; its base is Debian 12")
            root = work / f"stage-{len(stages)}"
            shutil.rmtree(root, ignore_errors=True)
            subprocess.run(["cp", "-a", str(base), str(root)], check=True)
            stage = Stage(root)
            stages[words[2] if len(words) == 3 else str(len(stages))] = stage
        elif name == "ENV":
            for key, value in containerfile.pairs(rest):
                stage.environment[key] = containerfile.expanded(value, stage.environment)
        elif name == "WORKDIR":
            stage.folder = os.path.normpath(os.path.join(stage.folder, rest))
            stage.path(".").mkdir(parents=True, exist_ok=True)
        elif name == "RUN":
            run_step(stage, rest)
        elif name == "COPY":
            copy_step(stage, stages, rest, context, ignore_text)
        elif name == "USER":
            stage.user = rest
        elif name == "VOLUME":
            stage.volumes.append(rest)
        elif name == "HEALTHCHECK":
            stage.healthcheck = containerfile.healthcheck(rest)
        elif name == "ENTRYPOINT":
            stage.entrypoint = containerfile.command(rest)
        elif name == "CMD":
            stage.command = containerfile.command(rest)
        if time.monotonic() - began > 5:
            say(f"        {time.monotonic() - began:.0f} s")
    return stage


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("containerfile", type=pathlib.Path)
    parser.add_argument("--context", type=pathlib.Path, required=True)
    parser.add_argument("--ignore", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--build-arg", action="append", default=[])
    parser.add_argument("--keep", action="store_true", help="leave the stages where they are")
    arguments = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        sys.exit("This needs root and debootstrap.")
    arguments.work.mkdir(parents=True, exist_ok=True)
    given = dict(one.partition("=")[::2] for one in arguments.build_arg)
    stage = build(arguments.containerfile.read_text(), arguments.context.resolve(), arguments.ignore.read_text(),
                  arguments.work.resolve(), given)
    image = {"root": str(stage.root), "environment": stage.environment, "folder": stage.folder, "user": stage.user,
             "volumes": stage.volumes, "healthcheck": stage.healthcheck, "command": stage.entrypoint + stage.command}
    size = subprocess.run(["du", "-sm", "--one-file-system", str(stage.root)], check=True, capture_output=True, text=True).stdout.split()[0]
    say(f"the image's files: {size} MB")
    description = arguments.work / "image.json"
    description.write_text(json.dumps(image, indent=1))
    subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", sys.executable, "-B",
                    str(HERE / "container_run.py"), str(description)], check=True)
    if not arguments.keep:
        for root in arguments.work.glob("stage-*"):
            shutil.rmtree(root)


if __name__ == "__main__":
    main()

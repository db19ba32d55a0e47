"""package_test.py CPACK BUILD SOURCE TORCH: packs the build as a Debian package and looks into it, without installing it.

The programs in it run from where it is unpacked, with the libtorch of the build. packaging/check-deb.sh installs it. Exit status 77
where there is no dpkg-deb or dpkg-shlibdeps.
"""
import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

cpack, build, source, torch = sys.argv[1:]
sys.path.insert(0, str(Path(source) / "tests/ui"))
from shown_window import check_window  # noqa: E402


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def check_control(package):
    control = dict(re.findall(r"^([A-Z][\w-]*): (.*)$", run("dpkg-deb", "--field", package), re.MULTILINE))
    depends = {one.split()[0] for one in control["Depends"].split(", ")}
    # What is linked, what Qt loads, what fetches.
    assert {"libc6", "libcurl4", "libopencv-core406", "libqt6widgets6", "libqt6sql6-sqlite", "python3", "python3-venv"} <= depends, depends
    assert control["Recommends"].startswith("zenity | kdialog")
    assert re.fullmatch(r".+ <.+@.+>", control["Maintainer"])
    # No script of ours runs as root.
    scripts = re.findall(r"\b(?:pre|post)(?:inst|rm)\b", run("dpkg-deb", "--info", package))
    assert not scripts, scripts


def check_files(root):
    files = {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}
    assert not [path for path in files if not path.startswith("usr/")], files
    for path in ("bin/fovea", "lib/fovea/program/fovea", "lib/fovea/program/fovea-window.so", "share/fovea/models/fovea-mini/model.safetensors",
                 "share/fovea/samples/label.png", "share/fovea/web/index.html", "share/fovea/setup/libtorch/fetch.py", "share/fovea/setup/libtorch/cpu.lock",
                 "share/applications/fovea.desktop", "share/metainfo/fovea.metainfo.xml", "share/icons/hicolor/scalable/apps/fovea.svg",
                 "share/man/man1/fovea.1.gz", "share/doc/fovea/copyright", "share/doc/fovea/changelog.gz", "share/doc/fovea/NOTICE",
                 "share/doc/fovea/THIRD_PARTY.md"):
        assert f"usr/{path}" in files, path
    for path in files:
        name = path.rsplit("/", 1)[-1]
        assert not re.search(r"libtorch\w*\.so|libc10|libgomp|libcud|\.pyc$|_test\.py$", name) and "/training/" not in path, path
        mode = stat.S_IMODE((root / path).lstat().st_mode)
        runs = path in ("usr/bin/fovea", "usr/lib/fovea/program/fovea")
        assert mode == (0o755 if runs else 0o644), (path, oct(mode))
    # Libraries are not looked for where the machine that built it had them.
    for program in ("fovea", "fovea-window.so"):
        binary = root / "usr/lib/fovea/program" / program
        assert "RUNPATH" not in (read := run("readelf", "-d", binary)) and "RPATH" not in read, program
        assert ".symtab" not in run("readelf", "-S", "-W", binary), program
    manual = gzip.decompress((root / "usr/share/man/man1/fovea.1.gz").read_bytes()).decode()
    for word in ("FOVEA_FETCH", "FOVEA_LIBTORCH", "FOVEA_GPU", "\\-\\-yes"):
        assert word in manual, word


def check_desktop(root):
    share = root / "usr/share"
    if shutil.which("desktop-file-validate"):
        run("desktop-file-validate", share / "applications/fovea.desktop")
    if shutil.which("appstreamcli"):
        # The project has no domain whose reverse its id could begin with.
        run("appstreamcli", "validate", "--no-net", "--override", "cid-desktopapp-is-not-rdns=info", share / "metainfo/fovea.metainfo.xml")


def check_programs(root, home):
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "FOVEA_LIBTORCH": torch}
    fovea, sample = root / "usr/bin/fovea", root / "usr/share/fovea/samples/label.png"
    version = run("dpkg-deb", "--field", package, "Version").strip()
    assert run(fovea, "--version", env=env).split() == ["fovea", version]
    assert "Platform 7" in run(fovea, "ask", sample, "Read the text.", env=env, cwd=home)
    assert "fovea-mini" in run(fovea, "models", "list", env=env, cwd=home)
    check_window(fovea, env)


if not shutil.which("dpkg-deb") or not shutil.which("dpkg-shlibdeps"):
    print("no dpkg-deb or dpkg-shlibdeps")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="package") as folder:
    folder = Path(folder)
    # gzip: what is looked at is the same, in a fraction of the time.
    run(cpack, "-G", "DEB", "-B", folder / "packed", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", cwd=build)
    package = next((folder / "packed").glob("fovea_*_amd64.deb"))
    root, home = folder / "root", folder / "home"
    home.mkdir()
    run("dpkg-deb", "--extract", package, root)
    check_control(package)
    check_files(root)
    check_desktop(root)
    check_programs(root, home)
print("packed and checked")

"""An installed program's window: whether it comes and ends."""
import shutil
import subprocess
import time

from screen import Screen


def check_window(program, env):
    """The window of `program` shows itself and ends on Ctrl+Q, where there are Xvfb and xdotool."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        print("no Xvfb or xdotool: the window is not opened")
        return
    screen = Screen()
    env = dict(env, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
    program = subprocess.Popen([program], env=env)
    try:
        end = time.monotonic() + 60
        shown = ""
        while not shown and program.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
            shown = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Fovea$"], env=env, capture_output=True,
                                   text=True).stdout
        assert shown, f"no window; the program's exit status: {program.poll()}"
        subprocess.run(["xdotool", "windowfocus", shown.split()[0]], env=env, check=True)
        time.sleep(0.3)
        subprocess.run(["xdotool", "key", "ctrl+q"], env=env, check=True)
        assert program.wait(20) == 0
    finally:
        if program.poll() is None:
            program.kill()
        screen.close()

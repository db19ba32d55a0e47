"""The real window, driven as a user would: keys and clicks from xdotool."""
import os
import signal
import sqlite3
import subprocess
import time

from screen import until


class Window:
    def __init__(self, fovea, root, screen, data, **environment):
        self.data = data
        self.env = dict(os.environ, DISPLAY=screen.display, XDG_DATA_HOME=str(data), XDG_CACHE_HOME=str(data / "cache"), XDG_STATE_HOME=str(data / "state"),
                        HF_HUB_CACHE=str(data / "none"), LC_ALL="C.UTF-8", QT_QPA_PLATFORM="xcb", **environment)
        begin = time.monotonic()
        self.program = subprocess.Popen([fovea], env=self.env, cwd=root)
        self.id = until("the window", lambda: self.xdotool("search", "--onlyvisible", "--name", "Fovea"))[0]
        self.seconds = time.monotonic() - begin
        print(f"window after {self.seconds:.2f} s")
        self.xdotool("windowfocus", "--sync", self.id)

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *arguments], env=self.env, capture_output=True, text=True).stdout.split()

    def click(self, x, y):
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def key(self, *keys):
        self.xdotool("key", "--clearmodifiers", *keys)

    def type(self, text):
        self.xdotool("type", "--clearmodifiers", "--delay", "5", text)

    def written(self):
        """What stands in the field that has the keys, by way of the clipboard; all of it is selected then."""
        self.key("ctrl+a", "ctrl+c")
        return subprocess.run(["xclip", "-o", "-selection", "clipboard"], env=self.env, capture_output=True, text=True, timeout=30).stdout

    def dialog(self, name):
        """Waits for a window with this name and gives it the keys."""
        found = until(f"the dialog {name}", lambda: self.xdotool("search", "--onlyvisible", "--name", f"^{name}"))
        self.xdotool("windowfocus", "--sync", found[0])

    def messages(self):
        try:
            with sqlite3.connect(f"file:{self.data}/fovea/history.sqlite?mode=ro", uri=True) as history:
                return history.execute("select role, text, state from messages where removed = 0 order by id").fetchall()
        except sqlite3.OperationalError:
            return []

    def draft_pictures(self):
        """Names of the pictures beside the question that is being written."""
        try:
            with sqlite3.connect(f"file:{self.data}/fovea/history.sqlite?mode=ro", uri=True) as history:
                return [name for name, in history.execute("select name from attachments where owner = 'draft' order by place")]
        except sqlite3.OperationalError:
            return []

    def chats(self, column):
        try:
            with sqlite3.connect(f"file:{self.data}/fovea/history.sqlite?mode=ro", uri=True) as history:
                return [value for value, in history.execute(f"select {column} from chats order by id")]
        except sqlite3.OperationalError:
            return []

    def end(self, how=signal.SIGKILL):
        self.program.send_signal(how)
        self.program.wait(10)

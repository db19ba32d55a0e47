"""Progress on standard error: in place on a terminal, elsewhere a line every fourth of the way.

FOVEA_PROGRESS=fine: a line every percent, for who draws a bar of it.
"""

import os
import sys

_INDENT = " " * 9
_MB = 1_000_000
_BRIEF = 20 * _MB  # off a terminal, less than this is one line


def note(text):
    print(_INDENT + text, file=sys.stderr, flush=True)


class Progress:
    """How far one download or one unpacking is. `at` may be called as often as one likes."""

    def __init__(self, label):
        self._label = label
        self._stream = sys.stderr
        self._terminal = sys.stderr.isatty()
        self._step = 1 if self._terminal or os.environ.get("FOVEA_PROGRESS") == "fine" else 25  # percent
        self._shown = None

    def at(self, done, total):
        """Both in bytes."""
        if not self._terminal and done < total < _BRIEF:
            return
        percent = 100 * done // total if total else 0
        shown = percent // self._step
        if shown == self._shown:
            return
        self._shown = shown
        text = f"{_INDENT}{self._label}: {done / _MB:.0f} of {total / _MB:.0f} MB ({percent} %)"
        self._stream.write(f"\r\033[K{text}" if self._terminal else f"{text}\n")
        self._stream.flush()

    def end(self):
        if self._terminal and self._shown is not None:
            self._stream.write("\r\033[K")
            self._stream.flush()

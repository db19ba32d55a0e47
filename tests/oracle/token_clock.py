"""When the tokens of transformers' generate come, as its streamer."""
import time

from transformers.generation.streamers import BaseStreamer


class TokenClock(BaseStreamer):
    """Notes when each token has come; the first call carries the prompt."""

    def __init__(self):
        self.times = []

    def put(self, value):
        value.sum().item()  # on a GPU: it has been computed, not only asked for
        self.times.append(time.perf_counter())

    def end(self):
        pass

    def speeds(self, start):
        """Seconds from `start` to the first token, and the tokens a second behind it."""
        times = self.times[1:]
        return {"ttft": times[0] - start, "decode_tps": (len(times) - 1) / (times[-1] - times[0])}

"""The most memory that this process has held."""


def peak_memory():
    """Bytes: the largest resident size of this process so far."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

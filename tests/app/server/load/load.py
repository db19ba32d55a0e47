"""Loads a server and holds what it shows against the figures it has to reach.

load.py --program FOVEA_LOAD_SERVER [--minutes 10] [--only NAME...] [--short]

--program: the server of synthetic_main.cpp, in a build folder tests/app/server/load/fovea_load_server. --minutes: at each of 5 and
10 questions a second. --short: seconds instead, and times are told, not judged, since they are another machine's. Ends with status 1
if a figure isn't reached. A machine that does other things at the time tells about itself.
"""
import argparse
import asyncio
import resource
import sys

import loads

TIMES = ("ms", "s")


def all_loads(options):
    """Name and run of each."""
    short = options.short
    if short:
        loads.HELD = 200
    return {
        "hold": lambda: asyncio.run(loads.held_and_loaded(options.program, 8 if short else 60 * options.minutes)),
        "leave": lambda: asyncio.run(loads.left_alone(options.program, 3 if short else 30)),
        "overhead": lambda: loads.overhead(options.program, 20 if short else 300),
        "carry": lambda: loads.carried(options.program, 5 if short else 50),
        "instant": lambda: asyncio.run(loads.instant(options.program, 4, 2_000 if short else 50_000)),
        "kill": lambda: asyncio.run(loads.killed(options.program, 1 if short else 10, 3)),
        "end": lambda: asyncio.run(loads.ended(options.program, 8)),
        "siege": lambda: asyncio.run(loads.besieged(options.program, 4 if short else 50)),
    }


def reached(value, goal):
    return value <= goal[1] if goal[0] == "<=" else value >= goal[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    failed = False
    for name, run in all_loads(options).items():
        if options.only and name not in options.only:
            continue
        print(f"{name}:", flush=True)
        for what, value, unit, goal in run():
            judged = not (options.short and (unit in TIMES or goal[1] >= 1000))
            good = reached(value, goal)
            failed |= judged and not good
            word = "reached" if good else "MISSED" if judged else "missed, not judged"
            print(f"  {what}: {value:,.4g}{' ' + unit if unit else ''} (goal {goal[0]} {goal[1]:,g}): {word}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

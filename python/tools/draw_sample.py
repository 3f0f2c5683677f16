"""Draw functions at random from plans, half of them to be coroutine functions and half not, to be decided by hand.

    ungreen plan ryu-4.34 --output-format json > ryu-4.34.json
    python draw_sample.py --seed 20261123 --count 200 ryu-4.34.json nameko-2.14.1.json …

A function counts as one to be a coroutine function if the plan makes it one, or would if nothing had to stay sync.
The programs are taken in the order of their file names; test code, and functions that were asynchronous before, are left out
with `--skip`, a part of a path (may be given more than once).
"""

import argparse
import json
import pathlib
import random


def candidates(plans, skip):
    for path in sorted(plans):
        for function in json.loads(path.read_text())["functions"]:
            if function["kind"] != "def" or function["was_async"]:
                continue
            if any(part in "/" + function["path"] for part in skip):
                continue
            positive = function["color"] == "async" or function["would_suspend"]
            yield positive, (path.stem, function["path"], function["line"], function["qualname"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("plans", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    found = {True: [], False: []}
    for positive, function in candidates(arguments.plans, arguments.skip):
        found[positive].append(function)
    generator = random.Random(arguments.seed)
    for positive in (True, False):
        drawn = generator.sample(found[positive], min(arguments.count // 2, len(found[positive])))
        for program, path, line, qualname in drawn:
            print("coroutine" if positive else "sync", program, f"{path}:{line}", qualname, sep="\t")


if __name__ == "__main__":
    main()

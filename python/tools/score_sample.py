"""Score plans by a table of functions that were decided by reading them.

    ungreen plan ryu-4.34 --output-format json > ryu-4.34.json
    python score_sample.py docs/accuracy.tsv ryu-4.34.json nameko-2.14.1.json …

Prints precision, recall and each function that has the wrong color. Functions of programs without a plan are left out.
"""

import argparse
import csv
import json
import pathlib


def colors(paths):
    """Whether each function is to be a coroutine function, by program, place and name."""
    found = {}
    for path in paths:
        for function in json.loads(path.read_text())["functions"]:
            place = f"{function['path']}:{function['line']}"
            found[path.stem, place, function["qualname"]] = function["color"] == "async" or function["would_suspend"]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("plans", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    known = colors(arguments.plans)
    counts = {(colored, suspends): 0 for colored in (True, False) for suspends in (True, False)}
    with arguments.table.open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            colored = known.get((row["program"], row["place"], row["function"]))
            if colored is None:
                continue
            suspends = row["may suspend"] == "yes"
            counts[colored, suspends] += 1
            if colored != suspends:
                error = "wrong" if colored else "missed"
                print(error, row["program"], row["place"], row["function"], row["reason"], sep="\t")
    right, wrong, missed = counts[True, True], counts[True, False], counts[False, True]
    print(f"{sum(counts.values())} functions: {right} found, {wrong} wrong, {missed} missed, {counts[False, False]} rightly sync")
    if right:
        print(f"precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python
"""Grinds everything once."""
import subprocess
import sys

from mill.stones import Mill, engine

GRAINS = ["wheat", "rye", "oat", "spelt"]

if __name__ == "__main__":
    mill = Mill()
    for flour in mill.grind_all(GRAINS):
        print(flour)
    print("stones at work:", mill.most_busy)
    print(engine())
    # The other script is started the same way by cron
    print(subprocess.run([sys.executable, "weigh.py"], check=True, capture_output=True, text=True).stdout, end="")

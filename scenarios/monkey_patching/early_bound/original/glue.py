"""Imported after patching."""
from time import sleep


def glue(log):
    for number in range(3):
        log.append("glue %d" % number)
        sleep(0.02)

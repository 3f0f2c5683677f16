"""Feeds have one entry a line: DATE TITLE"""
import collections

Entry = collections.namedtuple("Entry", "date title")


def parse(contents, encoding):
    for line in contents.decode(encoding).splitlines():
        date, _, title = line.partition(" ")
        if title:
            yield Entry(date, title)

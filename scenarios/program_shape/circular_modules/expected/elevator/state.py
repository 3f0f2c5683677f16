"""The state of the house; everybody writes to it."""
position = 0
running = True
journal = []


def note(text, *args):
    journal.append(text % args)

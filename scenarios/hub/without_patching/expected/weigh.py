#!/usr/bin/env python
import eventlet

from mill.stones import Mill, engine


def weigh(sack):
    eventlet.sleep(0.01)
    return len(sack)


def main():
    sacks = Mill(stones=1).grind_all(["barley"])
    print(sum(eventlet.GreenPool().imap(weigh, sacks)))
    print(engine())


if __name__ == "__main__":
    main()

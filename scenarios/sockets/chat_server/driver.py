"""Three people chat; one of them hangs up without a word."""
import os
import random
import socket
import subprocess
import sys
import time


def free_port():
    # Not from the system's own range: it may give the same port to another case a moment later
    while True:
        port = random.randrange(10000, 30000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


port = free_port()


class Person:
    def __init__(self, name):
        self.name = name
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.lines = self.socket.makefile("rw", newline="\n")
        print(self.name, "<", self.hear())
        self.say(name)
        print(self.name, "<", self.hear())

    def say(self, text):
        self.lines.write(text + "\n")
        self.lines.flush()

    def hear(self):
        return self.lines.readline().rstrip("\r\n")

    def leave(self):
        self.lines.close()
        self.socket.close()


program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            if program.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not answer")
            time.sleep(0.05)
    ann = Person("ann")
    bob = Person("bob")
    print("ann <", ann.hear())
    cy = Person("cy")
    print("ann <", ann.hear(), "| bob <", bob.hear())
    ann.say("good morning")
    print("bob <", bob.hear(), "| cy <", cy.hear())
    cy.leave()
    print("ann <", ann.hear(), "| bob <", bob.hear())
    bob.say("/who")
    print("bob <", bob.hear())
    bob.say("/quit")
    print("bob <", bob.hear(), "| then", repr(bob.hear()))
    print("ann <", ann.hear())
    ann.leave()
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()

"""Asks a service in several ways."""
import os

import eventlet
from eventlet.green import socket

HOST = "127.0.0.1"


def ask(port, question):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.connect((HOST, port))
    sock.sendall(b"ask " + question + b"\n")
    answer = sock.recv(1024)
    sock.close()
    return answer


def upload(port, data):
    """Sends everything, then says so by closing its half."""
    sock = eventlet.connect((HOST, port))
    try:
        sock.sendall(b"upload\n")
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        reply = b""
        while True:
            piece = sock.recv(10)
            if not piece:
                return reply.decode()
            reply += piece
    finally:
        sock.close()


def leave(port, data):
    """Sends everything and waits for nothing."""
    with socket.create_connection((HOST, port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(b"leave\n")
        sock.sendall(data)


def rude(port):
    """Is hung up on in the middle."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.connect((HOST, port))
        sock.sendall(b"reset\n")
        return sock.recv(100)


class Patient:
    def __init__(self, port):
        self.address = (HOST, port)
        self.ticks = 0

    def tick(self):
        while True:
            self.ticks += 1
            eventlet.sleep(0.01)

    def wait(self):
        sock = eventlet.connect(self.address)
        sock.sendall(b"slow\n")
        data = b""
        while len(data) < 3:
            data += sock.recv(3 - len(data))
        return data


def main():
    port = int(os.environ["PORT"])
    pool = eventlet.GreenPool(3)
    questions = [b"one", b"two", b"three", b"four"]
    print([answer for answer in pool.imap(lambda question: ask(port, question), questions)])
    print(upload(port, b"x" * 3000000))
    print("reset:", rude(port))
    patient = Patient(port)
    ticking = eventlet.spawn(patient.tick)
    print(patient.wait(), patient.ticks > 3)
    ticking.kill()
    try:
        ask(int(os.environ["CLOSED_PORT"]), b"anybody?")
    except OSError:
        print("refused")
    leave(port, b"y" * 12000000)
    print("left")


main()

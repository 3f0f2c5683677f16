"""A server that adds numbers, and the clients that ask it, in one process."""
import eventlet


def handle(sock, address):
    total = 0
    buffered = b""
    while True:
        data = sock.recv(64)
        if not data:
            return
        buffered += data
        while b"\n" in buffered:
            line, _, buffered = buffered.partition(b"\n")
            try:
                total += int(line)
            except ValueError:
                sock.sendall(b"not a number\n")
                sock.close()
                return
            sock.sendall(b"%d\n" % total)


def client(address, numbers):
    sock = eventlet.connect(address)
    answers = []
    try:
        for number in numbers:
            sock.sendall(str(number).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                piece = sock.recv(64)
                if not piece:
                    return answers + ["hung up"]
                answer += piece
            answers.append(answer.decode().strip())
            eventlet.sleep(0.01)
    finally:
        sock.close()
    return answers


def main():
    listener = eventlet.listen(("127.0.0.1", 0))
    address = listener.getsockname()
    server = eventlet.spawn(eventlet.serve, listener, handle, concurrency=10)
    pool = eventlet.GreenPool()
    requests = [[1, 2, 3], [10, "ten", 20], [], [5] * 4]
    for answers in pool.starmap(client, ((address, numbers) for numbers in requests)):
        print(answers)
    server.kill()
    try:
        server.wait()
    except BaseException as error:
        print("the server ended with", type(error).__name__ in ("GreenletExit", "CancelledError"))


if __name__ == "__main__":
    main()

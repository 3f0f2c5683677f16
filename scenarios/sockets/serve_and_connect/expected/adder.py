"""A server that adds numbers, and the clients that ask it, in one process."""
import asyncio

from aio_green import GreenPool, connect, listen, serve, spawn


async def handle(sock, address):
    total = 0
    buffered = b""
    while True:
        data = await sock.recv(64)
        if not data:
            return
        buffered += data
        while b"\n" in buffered:
            line, _, buffered = buffered.partition(b"\n")
            try:
                total += int(line)
            except ValueError:
                await sock.sendall(b"not a number\n")
                sock.close()
                return
            await sock.sendall(b"%d\n" % total)


async def client(address, numbers):
    sock = await connect(address)
    answers = []
    try:
        for number in numbers:
            await sock.sendall(str(number).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                piece = await sock.recv(64)
                if not piece:
                    return answers + ["hung up"]
                answer += piece
            answers.append(answer.decode().strip())
            await asyncio.sleep(0.01)
    finally:
        sock.close()
    return answers


async def main():
    listener = listen(("127.0.0.1", 0))
    address = listener.getsockname()
    server = spawn(serve, listener, handle, concurrency=10)
    pool = GreenPool()
    requests = [[1, 2, 3], [10, "ten", 20], [], [5] * 4]
    async for answers in pool.starmap(client, ((address, numbers) for numbers in requests)):
        print(answers)
    await server.kill()
    try:
        await server.wait()
    except BaseException as error:
        print("the server ended with", type(error).__name__ in ("GreenletExit", "CancelledError"))


if __name__ == "__main__":
    asyncio.run(main())

"""A server that adds numbers, and the clients that ask it, in one process."""
import asyncio
import socket

from aio_green import GreenPool, listen, serve, spawn


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
    reader, writer = await asyncio.open_connection(*address, family=socket.AF_INET)
    writer.transport.set_write_buffer_limits(0)
    answers = []
    try:
        for number in numbers:
            writer.write(str(number).encode() + b"\n")
            await writer.drain()
            answer = b""
            while not answer.endswith(b"\n"):
                try:
                    piece = await reader.read(64)
                except ConnectionResetError:
                    piece = b""
                if not piece:
                    return answers + ["hung up"]
                answer += piece
            answers.append(answer.decode().strip())
            await asyncio.sleep(0.01)
    finally:
        writer.close()
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

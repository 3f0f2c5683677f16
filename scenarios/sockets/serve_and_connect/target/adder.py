"""A server that adds numbers, and the clients that ask it, in one process."""
import asyncio


async def handle(reader, writer):
    try:
        total = 0
        buffered = b""
        while True:
            try:
                data = await reader.read(64)
            except ConnectionResetError:
                data = b""
            if not data:
                return
            buffered += data
            while b"\n" in buffered:
                line, _, buffered = buffered.partition(b"\n")
                try:
                    total += int(line)
                except ValueError:
                    writer.write(b"not a number\n")
                    await writer.drain()
                    return
                writer.write(b"%d\n" % total)
                await writer.drain()
    finally:
        writer.close()


async def client(address, numbers):
    reader, writer = await asyncio.open_connection(*address)
    answers = []
    try:
        for number in numbers:
            writer.write(str(number).encode() + b"\n")
            await writer.drain()
            answer = b""
            while not answer.endswith(b"\n"):
                piece = await reader.read(64)
                if not piece:
                    return answers + ["hung up"]
                answer += piece
            answers.append(answer.decode().strip())
            await asyncio.sleep(0.01)
    finally:
        writer.close()
    return answers


async def main():
    slots = asyncio.Semaphore(10)

    async def limited_handle(reader, writer):
        async with slots:
            await handle(reader, writer)

    listener = await asyncio.start_server(
        limited_handle, "127.0.0.1", 0, backlog=50, reuse_address=True, reuse_port=True
    )
    address = listener.sockets[0].getsockname()
    server = asyncio.create_task(listener.serve_forever())
    requests = [[1, 2, 3], [10, "ten", 20], [], [5] * 4]
    tasks = [asyncio.create_task(client(address, numbers)) for numbers in requests]
    for task in tasks:
        print(await task)
    server.cancel()
    try:
        await server
    except BaseException as error:
        print("the server ended with", type(error).__name__ in ("GreenletExit", "CancelledError"))


if __name__ == "__main__":
    asyncio.run(main())

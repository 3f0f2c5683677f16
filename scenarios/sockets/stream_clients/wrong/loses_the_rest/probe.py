"""Asks a service in several ways."""
import asyncio
import os
import socket

HOST = "127.0.0.1"


async def receive(reader, count):
    try:
        return await reader.read(count)
    except ConnectionResetError:
        return b""


async def ask(port, question):
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(b"ask " + question + b"\n")
        await writer.drain()
        return await receive(reader, 1024)
    finally:
        writer.close()


async def upload(port, data):
    """Sends everything, then says so by closing its half."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(b"upload\n")
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        reply = b""
        while True:
            piece = await receive(reader, 10)
            if not piece:
                return reply.decode()
            reply += piece
    finally:
        writer.close()


async def leave(port, data):
    """Sends everything and waits for nothing."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"leave\n")
        writer.write(data)
    finally:
        writer.close()


async def rude(port):
    """Is hung up on in the middle."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(b"reset\n")
        await writer.drain()
        return await receive(reader, 100)
    finally:
        writer.close()


class Patient:
    def __init__(self, port):
        self.port = port
        self.ticks = 0

    async def tick(self):
        while True:
            self.ticks += 1
            await asyncio.sleep(0.01)

    async def wait(self):
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            writer.write(b"slow\n")
            await writer.drain()
            return await reader.readexactly(3)
        finally:
            writer.close()


async def main():
    port = int(os.environ["PORT"])
    limit = asyncio.Semaphore(3)

    async def limited(question):
        async with limit:
            return await ask(port, question)

    questions = [b"one", b"two", b"three", b"four"]
    print(await asyncio.gather(*map(limited, questions)))
    print(await upload(port, b"x" * 3000000))
    print("reset:", await rude(port))
    patient = Patient(port)
    ticking = asyncio.create_task(patient.tick())
    print(await patient.wait(), patient.ticks > 3)
    ticking.cancel()
    try:
        await ask(int(os.environ["CLOSED_PORT"]), b"anybody?")
    except OSError:
        print("refused")
    await leave(port, b"y" * 12000000)
    print("left")


asyncio.run(main())

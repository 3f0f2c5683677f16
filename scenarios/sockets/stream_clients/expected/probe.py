"""Asks a service in several ways."""
import asyncio
import os

import socket

from aio_green import GreenPool, spawn

HOST = "127.0.0.1"


async def ask(port, question):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.transport.set_write_buffer_limits(0)
    try:
        writer.write(b"ask " + question + b"\n")
        await writer.drain()
        try:
            answer = await reader.read(1024)
        except ConnectionResetError:
            answer = b""
    finally:
        writer.close()
    return answer


async def upload(port, data):
    """Sends everything, then says so by closing its half."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.transport.set_write_buffer_limits(0)
    try:
        writer.write(b"upload\n")
        await writer.drain()
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        reply = b""
        while True:
            try:
                piece = await reader.read(10)
            except ConnectionResetError:
                piece = b""
            if not piece:
                return reply.decode()
            reply += piece
    finally:
        writer.close()


async def leave(port, data):
    """Sends everything and waits for nothing."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.transport.set_write_buffer_limits(0)
    try:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"leave\n")
        await writer.drain()
        writer.write(data)
        await writer.drain()
    finally:
        writer.close()


async def rude(port):
    """Is hung up on in the middle."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.transport.set_write_buffer_limits(0)
    try:
        writer.write(b"reset\n")
        await writer.drain()
        try:
            return await reader.read(100)
        except ConnectionResetError:
            return b""
    finally:
        writer.close()


class Patient:
    def __init__(self, port):
        self.address = (HOST, port)
        self.ticks = 0

    async def tick(self):
        while True:
            self.ticks += 1
            await asyncio.sleep(0.01)

    async def wait(self):
        reader, writer = await asyncio.open_connection(*self.address, family=socket.AF_INET)
        writer.transport.set_write_buffer_limits(0)
        try:
            writer.write(b"slow\n")
            await writer.drain()
            data = b""
            while len(data) < 3:
                try:
                    data += await reader.read(3 - len(data))
                except ConnectionResetError:
                    pass
            return data
        finally:
            writer.close()


async def main():
    port = int(os.environ["PORT"])
    pool = GreenPool(3)
    questions = [b"one", b"two", b"three", b"four"]
    print([answer async for answer in pool.imap(lambda question: ask(port, question), questions)])
    print(await upload(port, b"x" * 3000000))
    print("reset:", await rude(port))
    patient = Patient(port)
    ticking = spawn(patient.tick)
    print(await patient.wait(), patient.ticks > 3)
    await ticking.kill()
    try:
        await ask(int(os.environ["CLOSED_PORT"]), b"anybody?")
    except OSError:
        print("refused")
    await leave(port, b"y" * 12000000)
    print("left")


asyncio.run(main())

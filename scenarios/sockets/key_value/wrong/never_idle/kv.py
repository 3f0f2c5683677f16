# Idle connections stay
"""A little key-value server.

    SET key length\\r\\n<bytes>\\r\\n   GET key\\r\\n   SHUTDOWN\\r\\n
"""
import asyncio
import os
import socket


class ProtocolError(Exception):
    pass


class Connection(object):
    """Reads lines and blocks of bytes from a stream."""

    def __init__(self, reader, writer, timeout):
        self.reader = reader
        self.writer = writer
        self.timeout = timeout
        self.buffer = b''

    async def _fill(self):
        try:
            async with asyncio.timeout(self.timeout):
                data = await self.reader.read(4096)
        except ConnectionResetError:
            data = b''
        if not data:
            raise EOFError
        self.buffer += data

    async def line(self):
        while b'\r\n' not in self.buffer:
            await self._fill()
        line, self.buffer = self.buffer.split(b'\r\n', 1)
        return line

    async def exactly(self, count):
        while len(self.buffer) < count:
            await self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    async def reply(self, *parts):
        self.writer.write(b' '.join(parts) + b'\r\n')
        async with asyncio.timeout(self.timeout):
            await self.writer.drain()


class Server(object):
    IDLE = None  # seconds

    def __init__(self, address):
        self.values = {}
        self.lock = asyncio.Lock()
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.listener.listen(16)
        self.stopped = asyncio.Event()

    async def run(self):
        server = await asyncio.start_server(self.serve, sock=self.listener, backlog=16)
        await self.stopped.wait()
        # Let those who talk finish
        await asyncio.sleep(0.1)
        server.close()

    async def serve(self, reader, writer):
        writer.get_extra_info('socket').setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(reader, writer, self.IDLE)
        try:
            while True:
                await self.command(connection, (await connection.line()).split(b' '))
        except (EOFError, ConnectionError):
            pass
        except TimeoutError:
            await connection.reply(b'IDLE')
        except ProtocolError as error:
            await connection.reply(b'ERROR', str(error).encode())
        finally:
            writer.close()

    async def command(self, connection, words):
        name, arguments = words[0].upper(), words[1:]
        if name == b'SET' and len(arguments) == 2:
            value = await connection.exactly(int(arguments[1]))
            if await connection.exactly(2) != b'\r\n':
                raise ProtocolError('wrong length')
            async with self.lock:
                known = arguments[0] in self.values
                self.values[arguments[0]] = value
            await connection.reply(b'REPLACED' if known else b'STORED')
        elif name == b'GET' and len(arguments) == 1:
            async with self.lock:
                value = self.values.get(arguments[0])
            if value is None:
                await connection.reply(b'NOTHING')
            else:
                await connection.reply(b'VALUE', str(len(value)).encode())
                await connection.reply(value)
        elif name == b'SHUTDOWN':
            await connection.reply(b'BYE')
            self.stopped.set()
        else:
            raise ProtocolError('unknown command')


async def main():
    server = Server(('127.0.0.1', int(os.environ['PORT'])))
    await server.run()
    print('stopped with %d values' % len(server.values))


if __name__ == '__main__':
    asyncio.run(main())

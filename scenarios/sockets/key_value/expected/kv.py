"""A little key-value server.

    SET key length\\r\\n<bytes>\\r\\n   GET key\\r\\n   SHUTDOWN\\r\\n
"""

import asyncio
import os
import socket

from aio_green import AsyncSocket, Thread


class ProtocolError(Exception):
    pass


class Connection(object):
    """Reads lines and blocks of bytes from a socket."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b''

    async def _fill(self):
        data = await self.sock.recv(4096)
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
        await self.sock.sendall(b' '.join(parts) + b'\r\n')


class Server(object):
    IDLE = 0.3  # seconds

    def __init__(self, address):
        self.values = {}
        self.lock = asyncio.Lock()
        self.listener = AsyncSocket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.listener.listen(16)
        self.stopped = asyncio.Event()

    async def run(self):
        acceptor = Thread(target=self.accept_loop)
        acceptor.daemon = True
        await acceptor.start()
        await self.stopped.wait()
        # Let those who talk finish
        await asyncio.sleep(0.1)
        self.listener.close()

    async def accept_loop(self):
        while True:
            sock, (host, port) = await self.listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self.IDLE)
            await Thread(target=self.serve, args=(sock,)).start()

    async def serve(self, sock):
        connection = Connection(sock)
        try:
            while True:
                await self.command(connection, (await connection.line()).split(b' '))
        except (EOFError, ConnectionError):
            pass
        except socket.timeout:
            await connection.reply(b'IDLE')
        except ProtocolError as error:
            await connection.reply(b'ERROR', str(error).encode())
        finally:
            sock.close()

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


if __name__ == '__main__':
    server = Server(('127.0.0.1', int(os.environ['PORT'])))
    asyncio.run(server.run())
    print('stopped with %d values' % len(server.values))

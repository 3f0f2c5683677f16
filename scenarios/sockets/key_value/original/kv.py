"""A little key-value server.

    SET key length\\r\\n<bytes>\\r\\n   GET key\\r\\n   SHUTDOWN\\r\\n
"""
import eventlet
eventlet.monkey_patch()

import os
import socket
import threading


class ProtocolError(Exception):
    pass


class Connection(object):
    """Reads lines and blocks of bytes from a socket."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b''

    def _fill(self):
        data = self.sock.recv(4096)
        if not data:
            raise EOFError
        self.buffer += data

    def line(self):
        while b'\r\n' not in self.buffer:
            self._fill()
        line, self.buffer = self.buffer.split(b'\r\n', 1)
        return line

    def exactly(self, count):
        while len(self.buffer) < count:
            self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def reply(self, *parts):
        self.sock.sendall(b' '.join(parts) + b'\r\n')


class Server(object):
    IDLE = 0.3  # seconds

    def __init__(self, address):
        self.values = {}
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.listener.listen(16)
        self.stopped = threading.Event()

    def run(self):
        acceptor = threading.Thread(target=self.accept_loop)
        acceptor.daemon = True
        acceptor.start()
        self.stopped.wait()
        # Let those who talk finish
        eventlet.sleep(0.1)
        self.listener.close()

    def accept_loop(self):
        while True:
            sock, (host, port) = self.listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self.IDLE)
            threading.Thread(target=self.serve, args=(sock,)).start()

    def serve(self, sock):
        connection = Connection(sock)
        try:
            while True:
                self.command(connection, connection.line().split(b' '))
        except (EOFError, ConnectionError):
            pass
        except socket.timeout:
            connection.reply(b'IDLE')
        except ProtocolError as error:
            connection.reply(b'ERROR', str(error).encode())
        finally:
            sock.close()

    def command(self, connection, words):
        name, arguments = words[0].upper(), words[1:]
        if name == b'SET' and len(arguments) == 2:
            value = connection.exactly(int(arguments[1]))
            if connection.exactly(2) != b'\r\n':
                raise ProtocolError('wrong length')
            with self.lock:
                known = arguments[0] in self.values
                self.values[arguments[0]] = value
            connection.reply(b'REPLACED' if known else b'STORED')
        elif name == b'GET' and len(arguments) == 1:
            with self.lock:
                value = self.values.get(arguments[0])
            if value is None:
                connection.reply(b'NOTHING')
            else:
                connection.reply(b'VALUE', str(len(value)).encode())
                connection.reply(value)
        elif name == b'SHUTDOWN':
            connection.reply(b'BYE')
            self.stopped.set()
        else:
            raise ProtocolError('unknown command')


if __name__ == '__main__':
    server = Server(('127.0.0.1', int(os.environ['PORT'])))
    server.run()
    print('stopped with %d values' % len(server.values))

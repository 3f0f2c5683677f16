import socket


class CollectorLost(Exception):
    pass


class Connection:
    """One line out, one line back."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=5)
        self._rest = b""

    def send(self, text):
        self._socket.sendall(text.encode() + b"\n")
        return self._read_line()

    def _read_line(self):
        while b"\n" not in self._rest:
            data = self._socket.recv(4096)
            if not data:
                raise CollectorLost("the collector hung up")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def close(self):
        self._socket.close()

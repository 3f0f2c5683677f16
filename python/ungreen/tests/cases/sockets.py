import socket
import struct


async def case_echo():
    server = green.listen(("127.0.0.1", 0))

    async def echo(connection):
        while True:
            data = await connection.recv(1024)
            if not data:
                break
            await connection.sendall(data.upper())
        connection.close()

    async def accept():
        for _ in range(2):
            connection, address = await server.accept()
            log("connected", address[0])
            green.spawn(echo, connection)

    green.spawn(accept)
    for text in (b"hello", b"x" * 3000000):
        client = await green.connect(server.getsockname())

        async def send():
            await client.sendall(text)
            client.shutdown(socket.SHUT_WR)

        sender = green.spawn(send)
        received = b""
        while True:
            data = await client.recv(65536)
            if not data:
                break
            received += data
        await sender.wait()
        log(len(received), received == text.upper(), client.fileno() > 0)
        client.close()
        log(client.fileno())
    server.close()


async def case_timeouts():
    server = green.listen(("127.0.0.1", 0))
    log(server.gettimeout())
    server.settimeout(0.02)
    try:
        await server.accept()
    except socket.timeout as e:
        log("accept", e)
    server.settimeout(None)
    client = await green.create_connection(server.getsockname(), timeout=0.02)
    log(client.gettimeout())
    connection, address = await server.accept()
    log(connection.gettimeout(), address == client.getsockname())
    for receive in (client.recv, client.recvfrom):
        try:
            await receive(10)
        except socket.timeout as e:
            log("recv", e)
    try:
        while True:
            await client.sendall(b"x" * 1000000)
    except socket.timeout as e:
        log("sendall", e)
    client.settimeout(0)
    try:
        await client.recv(10)
    except BlockingIOError as e:
        log(type(e).__name__)
    client.setblocking(True)
    log(client.gettimeout())
    try:
        client.settimeout(-1)
    except ValueError as e:
        log(e)


async def case_reset_is_the_end():
    server = green.listen(("127.0.0.1", 0))
    client = await green.connect(server.getsockname())
    connection, _ = await server.accept()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    await green.sleep(0.01)
    log(await client.recv(10))
    buffer = bytearray(4)
    log(await client.recv_into(buffer))
    try:
        await client.send(b"x")
        await client.send(b"x")
    except (BrokenPipeError, ConnectionResetError):
        log("send raises")


async def case_refused():
    server = green.listen(("127.0.0.1", 0))
    address = server.getsockname()
    server.close()
    for attempt in (green.connect, green.create_connection):
        try:
            await attempt(address)
        except ConnectionRefusedError:
            log("refused")
    sock = green.AsyncSocket(socket.AF_INET, socket.SOCK_STREAM)
    log(await sock.connect_ex(address) > 0)


async def case_datagrams():
    a = green.AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
    b = green.AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
    for s in (a, b):
        s.bind(("127.0.0.1", 0))
        s.settimeout(1)

    async def answer():
        data, address = await b.recvfrom(100)
        log(data, address == a.getsockname())
        await b.sendto(data[::-1], address)

    g = green.spawn(answer)
    await green.sleep(0)
    log(await a.sendto(b"abc", b.getsockname()))
    buffer = bytearray(10)
    count, address = await a.recvfrom_into(buffer)
    log(bytes(buffer[:count]), address == b.getsockname())
    await g.wait()
    a.close()
    b.close()


async def case_second_reader():
    server = green.listen(("127.0.0.1", 0))
    client = await green.connect(server.getsockname())
    connection, _ = await server.accept()
    g = green.spawn(client.recv, 10)
    await green.sleep(0)
    try:
        await client.recv(10)
    except RuntimeError as e:
        log(str(e)[:27])
    await connection.send(b"data")
    log(await g.wait())
    with client.dup() as duplicate:
        log(duplicate.fileno() != client.fileno())
    log(duplicate.fileno())


async def case_killed_and_timed_out_readers():
    server = green.listen(("127.0.0.1", 0))
    client = await green.connect(server.getsockname())
    connection, _ = await server.accept()
    g = green.spawn(client.recv, 10)
    await green.sleep(0.005)
    await g.kill()
    async with green.Timeout(0.01, False):
        await client.recv(10)
        log("not reached")
    await connection.sendall(b"later")
    log(await client.recv(10))


async def case_makefile():
    server = green.listen(("127.0.0.1", 0))

    async def handle():
        connection, _ = await server.accept()
        reader = green.makefile(connection, "rb")
        writer = green.makefile(connection, "wb")
        while True:
            line = await reader.readline()
            if not line:
                break
            await writer.write(b"> " + line)
            await writer.flush()
        await writer.close()
        await reader.close()
        connection.close()

    g = green.spawn(handle)
    client = await green.connect(server.getsockname())
    text = green.makefile(client, "rw", encoding="utf-8")
    log(await text.write("caf\u00e9\r\nsecond\n"))
    await text.flush()
    log(repr(await text.readline()), repr(await text.readline()))
    await client.sendall(b"y" * 70000 + b"\nlast")
    client.shutdown(socket.SHUT_WR)
    log(len(await text.readline()), repr(await text.read(3)), repr(await text.read()))
    log(repr(await text.readline()), repr(await text.read()))
    await g.wait()


async def case_makefile_timeout():
    left, right = green.socketpair()
    reader = green.makefile(right, "rb")
    right.settimeout(0.01)
    for _ in range(2):
        try:
            await reader.readline()
        except OSError as e:
            log(isinstance(e, socket.timeout), e)
        await left.sendall(b"late\n")
    log(await right.recv(10))


async def case_makefile_reading():
    server = green.listen(("127.0.0.1", 0))
    client = await green.connect(server.getsockname())
    connection, _ = await server.accept()
    await client.sendall(b"a\nbb\nccc\r\nd\re")
    client.close()
    reader = green.makefile(connection, "r", encoding="ascii")
    log(repr(await reader.readline(1)), repr(await reader.readline()), repr(await reader.read(2)))
    lines = []
    async for line in reader:
        lines.append(line)
    log(lines, await reader.readlines())
    await reader.close()
    try:
        await reader.read()
    except ValueError as e:
        log(e)


async def case_makers():
    server = green.create_server(("127.0.0.1", 0), backlog=3)
    client = await green.connect(server.getsockname())
    connection, address = await server.accept()
    left, right = green.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    third = green.fromfd(right.fileno(), socket.AF_UNIX, socket.SOCK_STREAM)
    for sender, receiver in ((client, connection), (left, right), (left, third)):
        green.spawn_after(0.01, sender.sendall, b"late")
        log(await receiver.recv(10))
    for end in (server, client, connection, left, right, third):
        end.close()


async def case_dropped():
    server = green.listen(("127.0.0.1", 0))
    handlers = []

    async def handle(connection):
        await connection.sendall(b"hello")

    async def accept():
        while True:
            connection, address = await server.accept()
            handlers.append(green.spawn(handle, connection))
            del connection

    acceptor = green.spawn(accept)
    client = await green.connect(server.getsockname())
    log(await client.recv(10))
    log(await client.recv(10), "closed when nothing refers to it any more")
    acceptor.kill()


async def case_serve():
    server = green.listen(("127.0.0.1", 0))
    live = [0, 0]

    async def handle(connection, address):
        live[0] += 1
        live[1] = max(live)
        data = await connection.recv(10)
        await green.sleep(0.01)
        await connection.sendall(data.upper())
        live[0] -= 1
        if data == b"stop":
            raise green.StopServe()
        if data == b"bad":
            raise ValueError("handler")

    async def ask(text):
        client = await green.connect(server.getsockname())
        await client.sendall(text)
        answer = await client.recv(10)
        return answer, await client.recv(10)

    async def main():
        try:
            await green.serve(server, handle, 2)
        except ValueError as e:
            log("serve raised", e)
        await green.serve(server, handle)
        log("serve returned")
        timeout = green.Timeout(0.01)
        try:
            await green.sleep(1)
        except green.Timeout:
            log("main can be interrupted as before")
        finally:
            timeout.cancel()

    g = green.spawn(main)
    asked = [green.spawn(ask, text) for text in (b"a", b"b", b"c", b"d")]
    log([await a.wait() for a in asked], live[1])
    log(await ask(b"bad"))
    log(await ask(b"stop"))
    await g.wait()


async def case_getaddrinfo():
    log(len(await green.getaddrinfo("127.0.0.1", 80, 0, socket.SOCK_STREAM)))

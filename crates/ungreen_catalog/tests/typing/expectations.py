"""What the stubs make of Eventlet programs. Checked by ty; nothing here runs."""

import socket
from collections.abc import Iterator
from typing import Any, assert_type

import eventlet
import eventlet.asyncio
import eventlet.db_pool
import eventlet.event
import eventlet.greenio
import eventlet.greenpool
import eventlet.pools
import eventlet.queue
import eventlet.semaphore
import eventlet.tpool
import eventlet.websocket
import eventlet.wsgi
from eventlet import greenthread
from eventlet.green import subprocess, threading, time
from eventlet.green import socket as green_socket
from eventlet.green.urllib import request


def fetch(url: str, retries: int = 3) -> bytes:
    return url.encode() * retries


async def fetch_later(url: str) -> bytes:
    return url.encode()


def green_threads(pool: eventlet.GreenPool) -> None:
    assert_type(eventlet.spawn(fetch, "a"), greenthread.GreenThread[bytes])
    assert_type(eventlet.spawn(fetch, "a", retries=1).wait(), bytes)
    assert_type(eventlet.spawn_after(1.5, fetch, "a").wait(), bytes)
    assert_type(pool.spawn(fetch, "a", 1).wait(), bytes)
    assert_type(pool.spawn_n(fetch, "a"), None)
    assert_type(eventlet.asyncio.spawn_for_awaitable(fetch_later("a")).wait(), bytes)
    assert_type(eventlet.sleep(), None)


def results_of_pools(pool: eventlet.GreenPool, pile: eventlet.GreenPile[bytes]) -> None:
    for body in pool.imap(fetch, ["a", "b"]):
        assert_type(body, bytes)
    for body in pool.starmap(fetch, [("a", 1)]):
        assert_type(body, bytes)
    for body in pile:
        assert_type(body, bytes)


def timeouts() -> None:
    assert_type(eventlet.with_timeout(1, fetch, "a"), bytes)
    assert_type(eventlet.with_timeout(1, fetch, "a", timeout_value=None), bytes | None)
    with eventlet.Timeout(5, False) as timeout:
        assert_type(timeout, eventlet.Timeout)
        assert_type(timeout.pending, bool)
    try:
        fetch("a")
    except eventlet.Timeout as error:
        assert_type(error, eventlet.Timeout)


def objects(event: eventlet.event.Event[int], queue: eventlet.queue.Queue[str], semaphore: eventlet.semaphore.BoundedSemaphore) -> None:
    assert_type(event.wait(), int)
    assert_type(queue.get(timeout=1), str)
    assert_type(semaphore.acquire(timeout=1), bool)
    assert_type(eventlet.queue.PriorityQueue[int]().get(), int)
    with semaphore:
        pass


class Connection: ...


def pools(pool: eventlet.pools.Pool[Connection], databases: eventlet.db_pool.ConnectionPool) -> None:
    assert_type(pool.get(), Connection)
    with pool.item() as connection:
        assert_type(connection, Connection)
    assert_type(databases.get(), eventlet.db_pool.PooledConnectionWrapper)


def threads() -> None:
    assert_type(eventlet.tpool.execute(fetch, "a"), bytes)
    assert_type(threading.current_thread().name, str)
    assert_type(time.sleep(1), None)
    assert_type(subprocess.run(["true"]).returncode, int)


def sockets() -> None:
    server = eventlet.listen(("127.0.0.1", 0))
    client, _address = server.accept()
    assert_type(client, eventlet.greenio.GreenSocket)
    assert_type(client.recv(10), bytes)
    assert_type(green_socket.create_connection(("127.0.0.1", 80)), eventlet.greenio.GreenSocket)
    takes_any_socket(client)
    request.urlopen("http://127.0.0.1/").read()


def takes_any_socket(connection: socket.socket) -> None:
    connection.close()


def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield b""


@eventlet.websocket.WebSocketWSGI
def echo(ws: eventlet.websocket.WebSocket) -> None:
    ws.send(ws.wait())


def servers() -> None:
    eventlet.wsgi.server(eventlet.listen(("", 0)), application, max_size=10, keepalive=False, log_output=False)
    eventlet.wsgi.server(eventlet.listen(("", 0)), echo)


def mistakes() -> None:
    eventlet.spawn(fetch, 1)  # error: invalid-argument-type
    eventlet.spawn(fetch)  # error: missing-argument
    eventlet.GreenPool().spawm(fetch, "a")  # error: missing-attribute

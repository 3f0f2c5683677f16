"""WSGI applications, WebSockets and HTTP clients of the helper."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import errno
import http.server
import sys
import threading
import uuid
from typing import Any, Callable

import pytest

import harness
from running import asyncio_run


def test_receive_ends_with_none_when_the_connection_is_closed() -> None:
    from websockets.asyncio.client import connect
    from websockets.asyncio.server import ServerConnection, serve

    green = harness.load_helper(["receive"])
    received: list[Any] = []

    async def handler(connection: ServerConnection) -> None:
        while True:
            message = await green.receive(connection)
            received.append(message)
            if message is None:
                return

    async def main() -> None:
        async with serve(handler, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with connect(f"ws://127.0.0.1:{port}") as client:
                await client.send("text")
                await client.send(b"bytes")
            while None not in received:
                await asyncio.sleep(0.01)

    asyncio_run(main)
    assert received == ["text", b"bytes", None]


def served(
    application: Callable[..., Any], body: bytes = b"", **changes: Any
) -> tuple[int, dict[bytes, bytes], list[bytes]]:
    """The status, the headers and the pieces of the body that ``application`` answers with."""
    green = harness.load_helper(["WSGIApp"])
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/caf\u00e9",
        "raw_path": b"/caf%C3%A9",
        "query_string": b"a=1",
        "headers": [(b"host", b"here"), (b"x-twice", b"1"), (b"x-twice", b"2")],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1234),
        **changes,
    }
    messages = [
        {"type": "http.request", "body": body[:2], "more_body": True},
        {"type": "http.request", "body": body[2:]},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio_run(lambda: green.WSGIApp(application)(scope, receive, send))
    assert [message.get("more_body") for message in sent[1:]][-1] is False
    return sent[0]["status"], dict(sent[0]["headers"]), [message["body"] for message in sent[1:]]


def test_wsgi_application_that_is_a_coroutine_function() -> None:
    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        await asyncio.sleep(0)
        start_response("201 Created", [("Content-Type", "text/plain")])
        names = ("REQUEST_METHOD", "QUERY_STRING", "HTTP_X_TWICE", "REMOTE_ADDR")
        path = environ["PATH_INFO"].encode("latin-1")
        return [path, *(environ[name].encode() for name in names), environ["wsgi.input"].read()]

    status, headers, pieces = served(application, b"body")
    whole = "/caf\u00e9POSTa=11,2127.0.0.1body".encode()
    assert (status, pieces) == (201, [whole])
    assert headers == {b"content-type": b"text/plain", b"content-length": str(len(whole)).encode()}


def test_wsgi_application_that_writes_and_yields() -> None:
    closed: list[str] = []

    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        write = start_response("200 OK", [])
        write(b"written ")

        async def body() -> Any:
            try:
                yield b"first"
                yield b""
                yield b"second"
            finally:
                closed.append("closed")

        return body()

    assert served(application) == (200, {}, [b"written first", b"second", b""])
    assert closed == ["closed"]


def test_wsgi_application_that_is_a_plain_function() -> None:
    class Body:
        def __iter__(self) -> Any:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append("closed")

    closed: list[str] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("500 Oh", [])
        try:
            raise ValueError("replaced")
        except ValueError:
            start_response("404 Not Found", [("X-A", "1")], sys.exc_info())
        return Body()

    assert served(application) == (404, {b"x-a": b"1"}, [b"a", b"b", b""])
    assert closed == ["closed"]


def test_wsgi_application_that_never_starts_its_response() -> None:
    with pytest.raises(AssertionError, match="start_response was not called"):
        served(lambda environ, start_response: [b"body"])


def test_wsgi_application_with_a_limit_serves_the_others_later() -> None:
    at_once: list[int] = []
    running = 0

    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        nonlocal running
        running += 1
        at_once.append(running)
        await asyncio.sleep(0.01)
        running -= 1
        start_response("200 OK", [])
        return []

    green = harness.load_helper(["WSGIApp"])
    app = green.WSGIApp(application, max_size=2)
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        pass

    async def main() -> None:
        await asyncio.gather(*(app(scope, receive, send) for _ in range(5)))

    asyncio_run(main)
    assert len(at_once) == 5
    assert max(at_once) == 2


def connected(
    make: Callable[[Any], Any], messages: list[dict[str, Any]], **headers: str
) -> list[dict[str, Any]]:
    """What a websocket of the application that ``make`` makes of the helper sends."""
    green = harness.load_helper(["WSGIApp", "WebSocketWSGI", "WebSocket"])
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/live/caf\u00e9",
        "query_string": b"a=1",
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()],
    }
    incoming = [{"type": "websocket.connect"}, *messages]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        if message.get("text") == "too late":
            raise OSError("gone")
        sent.append(message)

    asyncio_run(lambda: green.WSGIApp(make(green))(scope, receive, send))
    return sent


def test_websocket_behind_an_application() -> None:
    def make(green: Any) -> Any:
        @green.WebSocketWSGI
        async def echo(ws: Any) -> None:
            assert isinstance(ws, green.WebSocket)
            assert (ws.protocol, ws.origin, ws.version) == (None, "http://here", 13)
            assert ws.environ["QUERY_STRING"] == "a=1"
            assert ws.environ["wsgi.url_scheme"] == "http"
            await ws.send(ws.path.encode("latin-1").decode())
            while (message := await ws.wait()) is not None:
                await ws.send(message)
            assert await ws.wait() is None

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return echo(environ, start_response)

        return application

    messages = [
        {"type": "websocket.receive", "text": "one"},
        {"type": "websocket.receive", "bytes": b"two", "text": None},
        {"type": "websocket.disconnect"},
    ]
    assert connected(make, messages, origin="http://here") == [
        {"type": "websocket.accept", "subprotocol": None},
        {"type": "websocket.send", "text": "/live/caf\u00e9"},
        {"type": "websocket.send", "text": "one"},
        {"type": "websocket.send", "bytes": b"two"},
    ]


def test_websocket_that_the_handler_closes() -> None:
    def make(green: Any) -> Any:
        async def handler(ws: Any) -> None:
            assert ws.protocol == "chat"
            assert await ws.wait() is None  # the message is too long
            with pytest.raises(BrokenPipeError):
                await ws.send("after the end")
            raise BrokenPipeError(errno.EPIPE, "nobody is told")

        application = green.WebSocketWSGI.configured(handler, ["chat", "news"], lambda host, o: o)
        application.max_frame_length = 3
        return application

    messages = [{"type": "websocket.receive", "text": "long"}]
    headers = {"origin": "x", "sec_websocket_protocol": "nothing, chat, news"}
    sent = connected(make, messages, **headers)
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert (sent[0]["subprotocol"], sent[1]["code"]) == ("chat", 1009)


def test_websocket_whose_peer_is_gone() -> None:
    def make(green: Any) -> Any:
        @green.WebSocketWSGI.configured(supported_protocols=None)
        async def handler(ws: Any) -> None:
            await ws.send("too late")

        return handler

    assert [message["type"] for message in connected(make, [])] == ["websocket.accept"]


def test_websocket_that_is_refused() -> None:
    async def check(host: str, origin: str) -> bool:
        return origin == "http://here"

    def make(green: Any) -> Any:
        return green.WebSocketWSGI.configured(lambda ws: None, origin_checker=check)

    sent = connected(make, [], origin="http://there")
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == 403
    assert [message["type"] for message in connected(make, [], origin="http://here")] == [
        "websocket.accept",
        "websocket.close",
    ]


def test_page_in_place_of_a_websocket() -> None:
    green = harness.load_helper(["WSGIApp", "WebSocketWSGI"])
    status, headers, pieces = served(green.WebSocketWSGI(lambda ws: None))
    assert (status, pieces) == (400, [b""])
    assert headers[b"connection"] == b"close"


def test_page_for_a_websocket() -> None:
    def make(green: Any) -> Any:
        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            start_response("404 Not Found", [])
            return [b"no"]

        return application

    assert [message["type"] for message in connected(make, [])] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]


def test_http_session_is_one_for_the_loop_and_does_as_urlopen() -> None:
    import aiohttp

    green = harness.load_helper(["http_session"])
    cookies: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers["Cookie"])
            body = b"caf\xe9"
            self.send_response(404 if self.path == "/missing" else 200)
            self.send_header("Set-Cookie", "a=b")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    sessions: list[Any] = []

    async def main() -> None:
        for _ in range(2):
            async with green.http_session().get(address) as response:
                assert await response.read() == b"caf\xe9"
        with pytest.raises(aiohttp.ClientResponseError) as raised:
            await green.http_session().get(address + "/missing")
        assert raised.value.status == 404
        assert green.http_session() is green.http_session()
        assert green.http_session().trust_env
        assert green.http_session().timeout.total is None
        sessions.append(green.http_session())

    asyncio_run(main)
    asyncio_run(main)
    server.shutdown()
    server.server_close()
    assert cookies == [None] * 6
    assert sessions[0] is not sessions[1]
    assert [session.closed for session in sessions] == [True, True]


def test_http_timeout_limits_each_wait() -> None:
    green = harness.load_helper(["http_timeout"])
    limits = green.http_timeout(1.5)
    assert (limits.sock_connect, limits.sock_read) == (1.5, 1.5)
    assert (limits.total, limits.connect) == (None, None)
    assert green.http_timeout(None).sock_read is None


def test_json_text_is_that_of_flask() -> None:
    green = harness.load_helper(["json_text"])
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9)
    content = {
        "b": [1, None, "\u00e9"],
        "a": decimal.Decimal("1.50"),
        "d": moment.date(),
        "m": moment,
        "t": moment.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        "u": uuid.UUID(int=1),
    }
    assert green.json_text(content) == (
        '{"a":"1.50","b":[1,null,"\\u00e9"],"d":"Mon, 06 May 2024 00:00:00 GMT",'
        '"m":"Mon, 06 May 2024 07:08:09 GMT","t":"Mon, 06 May 2024 05:08:09 GMT",'
        '"u":"00000000-0000-0000-0000-000000000001"}\n'
    )
    with pytest.raises(TypeError, match="set"):
        green.json_text({1, 2})

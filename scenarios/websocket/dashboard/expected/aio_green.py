# SPDX-License-Identifier: 0BSD
# ungreen-helper: WSGIApp WebSocketWSGI
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import errno
import inspect
import io
import sys
from collections.abc import Callable
from typing import Any


class WebSocketWSGI:
    """A WSGI application that hands a websocket to ``handler``, a coroutine function.

    ``WSGIApp`` has to serve it, alone or as a part of another application.
    """

    def __init__(self, handler: Callable[..., Any], max_frame_length: int = 8 << 20) -> None:
        self.handler = handler
        self.max_frame_length = max_frame_length
        self.supported_protocols: list[str] = []
        self.origin_checker: Callable[..., Any] | None = None

    @classmethod
    def configured(
        cls,
        handler: Callable[..., Any] | None = None,
        supported_protocols: list[str] | None = None,
        origin_checker: Callable[..., Any] | None = None,
        support_legacy_versions: bool = False,
    ) -> Any:
        """Return the application for ``handler``, or a decorator that makes it."""

        def decorator(handler: Callable[..., Any]) -> WebSocketWSGI:
            application = cls(handler)
            application.supported_protocols = supported_protocols or []
            application.origin_checker = origin_checker
            return application

        return decorator if handler is None else decorator(handler)

    async def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        connection = environ.get("asgi.websocket")
        if connection is None:
            start_response("400 Bad Request", [("Connection", "close")])
            return []
        if self.origin_checker is not None:
            allowed = self.origin_checker(environ.get("HTTP_HOST"), environ.get("HTTP_ORIGIN", ""))
            if inspect.isawaitable(allowed):
                allowed = await allowed
            if not allowed:
                start_response("403 Forbidden", [("Connection", "close")])
                return []
        offered = environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", "").split(",")
        protocols = [name.strip() for name in offered if name.strip() in self.supported_protocols]
        protocol = protocols[0] if protocols else None
        connection["accepted"] = True
        await connection["send"]({"type": "websocket.accept", "subprotocol": protocol})
        websocket = WebSocket(connection, environ, protocol, self.max_frame_length)
        try:
            result = self.handler(websocket)
            if inspect.isawaitable(result):
                await result
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise
        await websocket.close()
        return []


class WebSocket:
    """A websocket connection; made by `WebSocketWSGI`."""

    def __init__(
        self,
        connection: dict[str, Any],
        environ: dict[str, Any],
        protocol: str | None,
        max_frame_length: int,
    ) -> None:
        self.environ = environ
        self.path = environ.get("PATH_INFO")
        self.origin = environ.get("HTTP_ORIGIN")
        self.protocol = protocol
        self.version = int(environ.get("HTTP_SEC_WEBSOCKET_VERSION", 13))
        self.max_frame_length = max_frame_length
        self.websocket_closed = False
        self._connection = connection

    async def wait(self) -> Any:
        """Return the next message, a str or bytes; None when the connection is closed."""
        if self.websocket_closed:
            return None
        received = await self._connection["receive"]()
        if received["type"] == "websocket.disconnect":
            self.websocket_closed = True
            return None
        text = received.get("text")
        message = received["bytes"] if text is None else text
        if len(message) > self.max_frame_length:
            await self.close((1009, "the message is above the length limit"))
            return None
        return message

    async def send(self, message: str | bytes) -> None:
        """Send a message; BrokenPipeError if the connection is closed."""
        kind = "text" if isinstance(message, str) else "bytes"
        try:
            if self.websocket_closed:
                raise OSError("the websocket is closed")
            await self._connection["send"]({"type": "websocket.send", kind: message})
        except OSError:
            self.websocket_closed = True
            raise BrokenPipeError(errno.EPIPE, "Broken pipe") from None

    async def close(self, close_data: tuple[int, str] | None = None) -> None:
        """Close the connection, with a status and a reason if they are given."""
        if self.websocket_closed:
            return
        self.websocket_closed = True
        status, reason = close_data or (1000, "")
        try:
            await self._connection["send"](
                {"type": "websocket.close", "code": status, "reason": reason}
            )
        except OSError:
            pass


class WSGIApp:
    """A WSGI application as an ASGI application that runs on the event loop.

    ``application`` is what ``eventlet.wsgi.server`` served; it may have become a coroutine
    function, and what it returns may have become an asynchronous iterable. One request at a time
    runs between two ``await``s, as green threads do. Of more than ``max_size`` requests at a time
    the others wait.
    """

    def __init__(self, application: Callable[..., Any], max_size: int | None = None) -> None:
        self.application = application
        self.max_size = max_size
        self._slots: asyncio.Semaphore | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                await receive()
                await send({"type": answer})
        elif self.max_size is None:
            await self._respond(scope, receive, send)
        else:
            if self._slots is None:
                self._slots = asyncio.Semaphore(self.max_size)
            async with self._slots:
                await self._respond(scope, receive, send)

    async def _respond(self, scope: Any, receive: Any, send: Any) -> None:
        body = io.BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.write(message.get("body", b""))
            if not message.get("more_body"):
                break
        body.seek(0)
        environ = self._environ(scope, body)
        answer = "http.response"
        connection = {"receive": receive, "send": send, "accepted": False}
        if scope["type"] == "websocket":
            answer = "websocket.http.response"
            environ["asgi.websocket"] = connection
        head: list[Any] = []
        written: list[bytes] = []
        started = False

        def start_response(
            status: str, headers: Any, exc_info: Any = None
        ) -> Callable[[bytes], None]:
            if exc_info and started:
                raise exc_info[1]
            if head and not exc_info:
                raise AssertionError("the headers are set already")
            head[:] = [status, list(headers)]
            return written.append

        async def write(data: bytes, *, more: bool = True, whole: bool = False) -> None:
            nonlocal started
            if not started:
                if not head:
                    raise AssertionError("start_response was not called")
                status, headers = head
                if whole and "content-length" not in [name.lower() for name, _ in headers]:
                    headers.append(("Content-Length", str(len(data))))
                started = True
                await send(
                    {
                        "type": f"{answer}.start",
                        "status": int(status.split(" ", 1)[0]),
                        "headers": [
                            (name.lower().encode("latin-1"), value.encode("latin-1"))
                            for name, value in headers
                        ],
                    }
                )
            await send({"type": f"{answer}.body", "body": data, "more_body": more})

        result = self.application(environ, start_response)
        if inspect.isawaitable(result):
            result = await result
        if connection["accepted"]:
            return
        try:
            if isinstance(result, (list, tuple)):
                await write(b"".join([*written, *result]), more=False, whole=not written)
                return
            if hasattr(result, "__aiter__"):
                async for data in result:
                    await self._pass_on(written, data, write)
            else:
                for data in result:
                    await self._pass_on(written, data, write)
            await write(b"".join(written), more=False)
        finally:
            close = getattr(result, "aclose", None) or getattr(result, "close", None)
            if close is not None:
                closing = close()
                if inspect.isawaitable(closing):
                    await closing

    @staticmethod
    async def _pass_on(written: list[bytes], data: bytes, write: Any) -> None:
        """Send what the application wrote, and then what it yielded."""
        data = b"".join([*written, data])
        written.clear()
        if data:
            await write(data)

    @staticmethod
    def _environ(scope: Any, body: io.BytesIO) -> dict[str, Any]:
        host, port = scope.get("server") or ("localhost", 80)
        client = scope.get("client") or ("", 0)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": scope.get("method", "GET"),
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"].encode().decode("latin-1"),
            "RAW_PATH_INFO": scope.get("raw_path", b"").decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.0",
            "GATEWAY_INTERFACE": "CGI/1.1",
            "REMOTE_ADDR": client[0],
            "REMOTE_PORT": str(client[1]),
            "CONTENT_TYPE": "text/plain",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.get("scheme", "http").replace("ws", "http"),
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name = raw_name.decode("latin-1").upper().replace("-", "_")
            value = raw_value.decode("latin-1")
            if name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                environ[name] = value
            elif "_" in raw_name.decode("latin-1"):
                continue
            elif f"HTTP_{name}" in headers:
                headers[f"HTTP_{name}"] += f",{value}"
            else:
                headers[f"HTTP_{name}"] = value
        return {**environ, **headers}

# /// part
# defines = ["WebSocketWSGI", "WebSocket"]
# requires = []
# imports = ["import errno", "import inspect", "from collections.abc import Callable", "from typing import Any"]
# awaited = ["WebSocket.wait", "WebSocket.send", "WebSocket.close"]
# ///
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

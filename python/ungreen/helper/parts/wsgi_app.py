# /// part
# defines = ["WSGIApp"]
# requires = []
# imports = ["import asyncio", "import inspect", "import io", "import sys", "from collections.abc import Callable", "from typing import Any"]
# ///
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

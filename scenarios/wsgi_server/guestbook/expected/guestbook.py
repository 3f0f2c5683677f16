import asyncio
from urllib.parse import parse_qs

TEXT = [("Content-Type", "text/plain; charset=utf-8")]


class GuestBook:
    def __init__(self):
        self.entries = []
        self.routes = {"/": self.show, "/sign": self.sign, "/slow": self.slow}

    async def __call__(self, environ, start_response):
        handler = self.routes.get(environ["PATH_INFO"])
        if handler is None:
            start_response("404 Not Found", TEXT)
            return [b"no page %s, query %s\n" % (environ["PATH_INFO"].encode(), environ["QUERY_STRING"].encode())]
        return await handler(environ, start_response)

    async def show(self, environ, start_response):
        start_response("200 OK", TEXT)
        return self._lines()

    def _lines(self):
        yield ("%d entries\n" % len(self.entries)).encode()
        for name, text in self.entries:
            yield ("%s: %s\n" % (name, text)).encode("utf-8")

    async def sign(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            start_response("405 Method Not Allowed", TEXT + [("Allow", "POST")])
            return [b"post, please\n"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        form = parse_qs(environ["wsgi.input"].read(length).decode())
        if "name" not in form:
            start_response("400 Bad Request", TEXT)
            return [b"who are you?\n"]
        self.entries.append((form["name"][0], form["text"][0]))
        start_response("303 See Other", [("Location", "/")])
        return []

    async def slow(self, environ, start_response):
        await asyncio.sleep(0.25)
        start_response("200 OK", TEXT)
        return [b"at last\n"]

from inventory.middleware import BasicAuth, counted
from inventory.store import OutOfStock


def plain(start_response, status, text):
    body = text.encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def make_public(store):
    @counted
    def public(environ, start_response):
        name = environ["PATH_INFO"].lstrip("/")
        if not name:
            return plain(start_response, "200 OK", "\n".join(store.listing()))
        try:
            store.take(name)
        except OutOfStock as error:
            return plain(start_response, "410 Gone", "no more %s" % error)
        return plain(start_response, "200 OK", "one " + name)

    return public


def make_staff(store, users):
    def staff(environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return plain(start_response, "405 Method Not Allowed", "")
        store.add(environ["PATH_INFO"].lstrip("/"), int(environ.get("QUERY_STRING") or 1))
        return plain(start_response, "200 OK", "thanks, " + environ["REMOTE_USER"])

    return BasicAuth(staff, users)

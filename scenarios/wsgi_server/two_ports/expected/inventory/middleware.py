"""Wrappers around WSGI applications."""
import base64
import functools


def counted(application):
    """Puts the number of the request into a header."""
    count = 0

    @functools.wraps(application)
    def wrapper(environ, start_response):
        nonlocal count
        count += 1
        number = str(count)

        def start(status, headers, exc_info=None):
            return start_response(status, headers + [("X-Request", number)], exc_info)

        return application(environ, start)

    return wrapper


class BasicAuth:
    def __init__(self, application, users):
        self.application = application
        self.users = users

    def __call__(self, environ, start_response):
        scheme, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() == "basic":
            user, _, password = base64.b64decode(credentials).decode().partition(":")
            if self.users.get(user) == password:
                environ["REMOTE_USER"] = user
                return self.application(environ, start_response)
        start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="staff"'), ("Content-Length", "0")])
        return []

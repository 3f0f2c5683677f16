import eventlet

eventlet.monkey_patch()

import os

from eventlet import wsgi

from site_app import create_app


def main():
    port = int(os.environ.get("PORT", "8000"))
    wsgi.server(eventlet.listen(("127.0.0.1", port)), create_app(), log_output=False, max_size=50)


if __name__ == "__main__":
    main()

import os

import a2wsgi
import uvicorn

from site_app import create_app


def main():
    port = int(os.environ.get("PORT", "8000"))
    uvicorn.run(
        a2wsgi.WSGIMiddleware(create_app(), workers=50),
        host="127.0.0.1",
        port=port,
        backlog=50,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()

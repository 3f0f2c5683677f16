import os

import uvicorn
from a2wsgi import WSGIMiddleware

from site_app import create_app


def main():
    port = int(os.environ.get("PORT", "8000"))
    uvicorn.run(WSGIMiddleware(create_app(), workers=50), host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main()

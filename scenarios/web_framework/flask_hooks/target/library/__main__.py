import os

import uvicorn
from a2wsgi import WSGIMiddleware

from library.views import app

if __name__ == "__main__":
    uvicorn.run(WSGIMiddleware(app, workers=100), host="127.0.0.1", port=int(os.environ["PORT"]))

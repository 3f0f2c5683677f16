import os

import a2wsgi
import uvicorn

from library.views import app

if __name__ == "__main__":
    uvicorn.run(
        a2wsgi.WSGIMiddleware(app, workers=100), host="127.0.0.1", port=int(os.environ["PORT"])
    )

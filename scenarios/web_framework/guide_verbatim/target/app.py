import uvicorn
from a2wsgi import WSGIMiddleware
from flask import Flask
app = Flask(__name__)

@app.route('/')
def index():
    return "Hello, World!"

asgi_app = WSGIMiddleware(app, workers=100)

if __name__ == '__main__':
    uvicorn.run(asgi_app, host='0.0.0.0', port=8000)

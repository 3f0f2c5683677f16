import a2wsgi
import uvicorn
from flask import Flask
app = Flask(__name__)

@app.route('/')
def index():
    return "Hello, World!"

if __name__ == '__main__':
    uvicorn.run(a2wsgi.WSGIMiddleware(app, workers=100), host='0.0.0.0', port=8000)

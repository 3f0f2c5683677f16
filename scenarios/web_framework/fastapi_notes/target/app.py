import asyncio
import os

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from aio_green import json_text

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
notes = []


def as_json(content, status_code=200, headers=None):
    return Response(json_text(content), status_code, headers, media_type="application/json")


async def measure():
    await asyncio.sleep(0.2)
    return 21


@app.api_route("/", methods=["GET", "HEAD"], response_class=HTMLResponse)
async def index():
    return "Hello, World!"


@app.api_route("/weather/{place}", methods=["GET", "HEAD"])
async def weather(place: str):
    degrees = await measure()
    if place == "atlantis":
        return as_json({"error": "no such place"}, 404)
    return as_json({"place": place, "degrees": degrees})


@app.api_route("/notes", methods=["GET", "HEAD"])
async def all_notes():
    return as_json(notes)


@app.post("/notes")
async def add_note(request: Request):
    text = (await request.json()).get("text")
    if not text:
        return as_json({"error": "text is missing"}, 400)
    notes.append(text)
    return as_json({"number": len(notes)}, 201, {"X-Number": str(len(notes))})


@app.api_route("/notes/{number:int}", methods=["GET", "HEAD"], response_class=HTMLResponse)
async def note(number: int, suffix: str = "\u00e9"):
    return "<p>%s %s</p>" % (notes[number - 1], suffix)


@app.delete("/notes/{number:int}")
async def remove(number: int):
    del notes[number - 1]
    return HTMLResponse("", 204)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", 5000)))

import asyncio
import os

import fastapi
import uvicorn
from fastapi import responses

from aio_green import json_text

app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
notes = []


async def measure():
    await asyncio.sleep(0.2)
    return 21


@app.api_route("/", methods=["GET", "HEAD"])
def index():
    return responses.HTMLResponse("Hello, World!")


@app.api_route("/weather/{place}", methods=["GET", "HEAD"])
async def weather(place):
    degrees = await measure()
    if place == "atlantis":
        return responses.Response(
            json_text(dict(error="no such place")), status_code=404, media_type="application/json"
        )
    return responses.Response(
        json_text({"place": place, "degrees": degrees}), media_type="application/json"
    )


@app.api_route("/notes", methods=["GET", "POST", "HEAD"])
async def all_notes(request: fastapi.Request):
    if request.method == "POST":
        text = (await request.json()).get("text")
        if not text:
            return responses.Response(
                json_text({"error": "text is missing"}),
                status_code=400,
                media_type="application/json",
            )
        notes.append(text)
        return responses.Response(
            json_text(dict(number=len(notes))),
            status_code=201,
            headers={"X-Number": str(len(notes))},
            media_type="application/json",
        )
    return responses.Response(json_text(notes), media_type="application/json")


@app.api_route("/notes/{number:int}", methods=["GET", "HEAD"])
def note(request: fastapi.Request, number):
    shown = notes[number - 1]
    return responses.HTMLResponse("<p>%s %s</p>" % (shown, request.query_params.get("suffix", "é")))


@app.api_route("/notes/{number:int}", methods=["DELETE"])
def remove(number):
    del notes[number - 1]
    return responses.HTMLResponse("", status_code=204)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", 5000)))

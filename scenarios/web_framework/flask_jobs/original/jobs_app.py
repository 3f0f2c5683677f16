import eventlet
eventlet.monkey_patch()

import os

from eventlet.event import Event
from eventlet.queue import Queue
from flask import Flask, jsonify, request

app = Flask(__name__)
jobs = {}
waiting = Queue()


class Job:
    def __init__(self, words):
        self.words = words
        self.state = "waiting"
        self.result = None
        self.finished = Event()

    def run(self):
        self.state = "running"
        letters = 0
        for word in self.words:
            eventlet.sleep(0.01)
            if word == "poison":
                raise ValueError("can not count poison")
            letters += len(word)
        return letters

    def as_dict(self):
        return {"state": self.state, "result": self.result}


def worker():
    while True:
        job = waiting.get()
        try:
            job.result = job.run()
            job.state = "done"
        except ValueError as error:
            job.result = str(error)
            job.state = "failed"
        job.finished.send(job.state)


@app.route("/jobs", methods=["POST"])
def submit():
    number = len(jobs) + 1
    job = jobs[number] = Job(request.get_json()["words"])
    waiting.put(job)
    return jsonify(number=number), 202


@app.route("/jobs/<int:number>")
def status(number):
    if number not in jobs:
        return jsonify(error="no such job"), 404
    return jsonify(jobs[number].as_dict())


@app.route("/jobs/<int:number>/wait")
def wait(number):
    job = jobs[number]
    state = job.finished.wait(timeout=float(request.args["timeout"]))
    return jsonify(finished=state is not None, state=job.state)


if __name__ == "__main__":
    for _ in range(2):
        eventlet.spawn_n(worker)
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))

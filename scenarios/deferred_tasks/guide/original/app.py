import eventlet
from eventlet.event import Event

def deferred_task(evt):
    print("Waiting for event")
    evt.wait()
    print("Event occurred, executing task")

evt = Event()
eventlet.spawn_after(0.05, deferred_task, evt)
eventlet.sleep(0.1)
evt.send()

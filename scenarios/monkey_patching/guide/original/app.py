import os

import eventlet
eventlet.monkey_patch()
import socket
import time

def blocking_operation():
    # This socket operation is patched to be non-blocking
    sock = socket.socket()
    sock.connect(('127.0.0.1', int(os.environ['PORT'])))
    # This sleep is patched to yield to other green threads
    time.sleep(0.1)
    print("operation done")

def meanwhile():
    for n in range(3):
        print("meanwhile", n)
        time.sleep(0.01)

eventlet.spawn(meanwhile)
blocking_operation()

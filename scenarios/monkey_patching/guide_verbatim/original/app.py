import eventlet
eventlet.monkey_patch()
import socket
import time

def blocking_operation():
    # This socket operation is patched to be non-blocking
    sock = socket.socket()
    sock.connect(('example.com', 80))
    # This sleep is patched to yield to other green threads
    time.sleep(1)

import eventlet

def with_timeout():
    try:
        with eventlet.Timeout(0.1):
            # Operation that should timeout
            eventlet.sleep(0.3)
            print("This won't be reached")
    except eventlet.Timeout:
        print("Operation timed out")

with_timeout()

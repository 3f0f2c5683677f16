import eventlet

def with_timeout():
    try:
        with eventlet.Timeout(5):
            # Operation that should timeout
            eventlet.sleep(10)
            print("This won't be reached")
    except eventlet.Timeout:
        print("Operation timed out")

"""Pages that come slowly."""
import eventlet


class Gone(Exception):
    pass


open_pages = []


def page(name, seconds):
    open_pages.append(name)
    try:
        eventlet.sleep(seconds)
        if name == "lost":
            raise Gone(name)
        return name.upper()
    finally:
        open_pages.remove(name)

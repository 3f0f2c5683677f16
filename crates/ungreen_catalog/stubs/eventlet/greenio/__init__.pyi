from eventlet.greenio.base import (
    GreenSocket as GreenSocket,
    set_nonblocking as set_nonblocking,
    shutdown_safe as shutdown_safe,
    socket_timeout as socket_timeout,
)
from eventlet.greenio.py3 import GreenFileIO as GreenFileIO, GreenPipe as GreenPipe

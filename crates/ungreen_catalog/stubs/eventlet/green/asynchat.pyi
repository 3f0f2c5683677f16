from eventlet import patcher as patcher
from eventlet.green import asyncore as asyncore, socket as socket

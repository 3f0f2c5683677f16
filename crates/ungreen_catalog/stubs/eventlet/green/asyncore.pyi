from eventlet import patcher as patcher
from eventlet.green import select as select, socket as socket, time as time

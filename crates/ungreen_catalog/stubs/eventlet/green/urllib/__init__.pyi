from eventlet import patcher as patcher
from eventlet.green import ftplib as ftplib, httplib as httplib, socket as socket, time as time

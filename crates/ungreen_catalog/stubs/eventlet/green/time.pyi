from time import *
from eventlet.greenthread import sleep as sleep

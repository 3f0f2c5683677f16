from asyncore import *
from asyncore import compact_traceback as compact_traceback, read as read, readwrite as readwrite, write as write

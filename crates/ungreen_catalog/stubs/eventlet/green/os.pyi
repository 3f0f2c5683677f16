from os import *
from os import read as read, wait as wait, waitpid as waitpid, write as write, open as open
from typing import Any

def fdopen(fd: int, *args: Any, **kw: Any) -> Any: ...

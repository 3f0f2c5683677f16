from select import *
from select import error as error, select as select

def get_fileno(obj: object) -> int: ...

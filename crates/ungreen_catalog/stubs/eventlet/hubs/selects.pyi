from _typeshed import Incomplete
from eventlet import patcher as patcher, support as support
from eventlet.hubs import hub as hub

select: Incomplete
time: Incomplete
BAD_SOCK: Incomplete

def is_available(): ...

class Hub(hub.BaseHub):
    def wait(self, seconds=None) -> None: ...

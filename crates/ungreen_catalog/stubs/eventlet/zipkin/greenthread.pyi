from _typeshed import Incomplete
from eventlet import greenthread as greenthread
from eventlet.zipkin import api as api

__original_init__: Incomplete
__original_main__: Incomplete

def patch() -> None: ...
def unpatch() -> None: ...

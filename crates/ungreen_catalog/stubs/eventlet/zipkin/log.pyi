from _typeshed import Incomplete
from eventlet.zipkin import api as api

__original_handle__: Incomplete

def patch() -> None: ...
def unpatch() -> None: ...

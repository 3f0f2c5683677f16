from eventlet.green import httplib as httplib
from eventlet.zipkin import api as api

HDR_TRACE_ID: str
HDR_SPAN_ID: str
HDR_PARENT_SPAN_ID: str
HDR_SAMPLED: str

def patch() -> None: ...
def unpatch() -> None: ...
def hex_str(n): ...

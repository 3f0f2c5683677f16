from _typeshed import Incomplete
from eventlet import GreenPile as GreenPile

CATEGORY: str

class ZipkinClient:
    host: Incomplete
    port: Incomplete
    pile: Incomplete
    def __init__(self, host: str = '127.0.0.1', port: int = 9410) -> None: ...
    def send_to_collector(self, span) -> None: ...
    def close(self) -> None: ...

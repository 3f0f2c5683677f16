from threading import *
from threading import Thread as Thread, current_thread as current_thread
from typing import Any

currentThread = current_thread

class _GreenThread:
    def __init__(self, g: Any) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...
    def is_alive(self) -> bool: ...
    name: str
    ident: int
    daemon: bool

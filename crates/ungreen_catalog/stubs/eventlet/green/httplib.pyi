from typing import Any

from eventlet.green.http.client import *

to_patch: list[tuple[str, Any]]

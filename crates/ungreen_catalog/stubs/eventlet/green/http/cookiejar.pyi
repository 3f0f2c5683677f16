from collections.abc import Iterable
from http.cookiejar import *
from typing import Any

def vals_sorted_by_key(adict: dict[Any, Any]) -> Iterable[Any]: ...

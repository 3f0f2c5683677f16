from typing import Any

SSL: Any
crypto: Any
tsafe: Any

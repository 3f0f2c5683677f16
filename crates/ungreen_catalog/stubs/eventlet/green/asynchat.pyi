from asynchat import *
from asynchat import async_chat as async_chat, simple_producer as simple_producer

def find_prefix_at_end(haystack: bytes, needle: bytes) -> int: ...

import asyncio
import socket

async def blocking_operation():
    # This socket operation is patched to be non-blocking
    with socket.socket() as sock:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ('example.com', 80))
        # This sleep is patched to yield to other green threads
        await asyncio.sleep(1)

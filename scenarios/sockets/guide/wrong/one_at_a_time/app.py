# The accept loop waits for each client before it takes the next
import asyncio
import os
import socket

async def main(port):
    loop = asyncio.get_running_loop()
    server = socket.socket()
    server.setblocking(False)
    server.bind(('0.0.0.0', port))
    server.listen(5)
    while True:
        client, addr = await loop.sock_accept(server)
        while data := await loop.sock_recv(client, 1024):
            await loop.sock_sendall(client, data)
        client.close()

asyncio.run(main(int(os.environ.get('PORT', 6000))))

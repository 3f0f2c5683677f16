# The handler returns, the connection stays open
import asyncio
import os

async def handle_client(reader, writer):
    while data := await reader.read(1024):
        writer.write(data)
        await writer.drain()

async def main(port):
    server = await asyncio.start_server(handle_client, '0.0.0.0', port)
    async with server:
        await server.serve_forever()

asyncio.run(main(int(os.environ.get('PORT', 6000))))

import asyncio

async def echo_server(port):
    server = await asyncio.start_server(
        handle_client, '0.0.0.0', port, backlog=5, reuse_address=False
    )
    try:
        await asyncio.Event().wait()
    finally:
        server.close()

async def handle_client(reader, writer):
    try:
        while True:
            try:
                data = await reader.read(1024)
            except ConnectionResetError:
                data = b""
            if not data:
                break
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()

asyncio.run(echo_server(6000))

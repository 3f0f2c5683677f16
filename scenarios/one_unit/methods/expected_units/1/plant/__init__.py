import eventlet
import eventlet.hubs

eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()

import os

import eventlet
eventlet.monkey_patch()

from hypotheticlib import Client

client = Client()
result = client.request(os.environ["API"] + "/data") # Non-blocking due to Eventlet
print(result)
print(client.request(os.environ["API"] + "/plain"))

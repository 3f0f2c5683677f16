from queue import Empty as Empty, Full as Full, LifoQueue as LifoQueue, PriorityQueue as PriorityQueue, Queue as Queue

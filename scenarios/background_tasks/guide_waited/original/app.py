import eventlet

def long_running_task():
    # Simulate a long-running task
    eventlet.sleep(0.1)
    print("Task completed")
    return "result"

task = eventlet.spawn(long_running_task)
print("Main thread continues to run")
print(task.wait())

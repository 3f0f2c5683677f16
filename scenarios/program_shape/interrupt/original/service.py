import sys

import eventlet


class Service:
    def __init__(self):
        self.ticks = 0
        self.stopped = False

    def tick(self):
        while not self.stopped:
            self.ticks += 1
            eventlet.sleep(0.01)
        return "ticker ended"

    def run(self):
        ticker = eventlet.spawn(self.tick)
        eventlet.sleep(0.05)
        print("ready", flush=True)
        try:
            while True:
                eventlet.sleep(1)
        except KeyboardInterrupt:
            print("interrupted")
            self.stopped = True
            print(ticker.wait())
        finally:
            print("ticked", self.ticks > 0)


def main():
    service = Service()
    service.run()
    return 4


if __name__ == "__main__":
    sys.exit(main())

from .green import *


class Kettle:
    def __init__(self, name, bottles):
        self.name = name
        self.bottles = bottles
        self.hot = Signal()

    def heat(self):
        pause(0.02)
        self.hot.send()

    def brew(self, malt):
        background(self.heat)
        self.hot.wait()
        pause(malt / 1000)
        for number in range(malt // 10):
            self.bottles.put("%s-%d" % (self.name, number))
        return malt

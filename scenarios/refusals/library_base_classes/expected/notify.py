import logging
from html.parser import HTMLParser

import eventlet

sent = []


def send_sms(text):
    eventlet.sleep(0.005)
    sent.append(text)


class SmsHandler(logging.Handler):
    """Errors go to the telephone of the operator."""

    def emit(self, record):
        send_sms(self.format(record))


class LinkChecker(HTMLParser):
    def __init__(self):
        super().__init__()
        self.dead = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "href" and not self.alive(value):
                self.dead.append(value)

    def alive(self, url):
        eventlet.sleep(0.005)
        return "dead" not in url


logger = logging.getLogger("shop")
logger.addHandler(SmsHandler(level=logging.ERROR))


def main():
    logger.error("till is empty")
    checker = LinkChecker()
    checker.feed('<a href="/index">x</a> <a href="/dead">y</a>')
    print(sent, checker.dead)


if __name__ == "__main__":
    main()

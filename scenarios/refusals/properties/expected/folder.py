"""A mail folder that looks like a list; the mails are fetched when somebody looks at them."""
import functools

import eventlet

MAILS = {"inbox": ["hello", "your invoice"], "spam": []}


def ask_server(name):
    eventlet.sleep(0.01)
    return MAILS[name]


class Folder:
    def __init__(self, name):
        self.name = name

    @functools.cached_property
    def mails(self):
        return ask_server(self.name)

    def __len__(self):
        return len(ask_server(self.name))

    def __getitem__(self, index):
        return self.mails[index]

    def __contains__(self, mail):
        return mail in self.mails

    def title(self):
        return self.name.upper()


def main():
    inbox, spam = Folder("inbox"), Folder("spam")
    print(inbox.title(), len(inbox), inbox[0], "hello" in inbox)
    print([mail.title() for mail in inbox])
    if not spam:
        print("no spam")


if __name__ == "__main__":
    main()

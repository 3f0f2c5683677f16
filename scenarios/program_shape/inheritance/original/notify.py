import eventlet

from channels import Mail, registry


def broadcast(channels, message):
    pool = eventlet.GreenPool()
    return list(pool.imap(lambda channel: channel.notify(message, attempts=2), channels))


def main():
    channels = [registry[name]() for name in sorted(registry)]
    channels.append(Mail(failures=1))
    channels.append(Mail(failures=2))
    for line in broadcast(channels, "  the coffee is ready "):
        print(line)
    memory = channels[2]
    print(type(memory).__name__, "the coffee is ready" in memory, memory.notify("x"))


if __name__ == "__main__":
    main()

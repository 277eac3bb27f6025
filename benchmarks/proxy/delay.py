"""A link of a given length: relays TCP connections and holds every byte back on its way.

usage: delay.py ROUND_TRIP_MS LISTEN_PORT=ADDRESS:PORT…

The kernel's handshake on this machine takes no time, so the first round trip of a connection (SYN, SYN-ACK) is made
up here: what a client sends before it is over waits until then. Prints `ready` when it listens, and at its end how
often the direction of the longest conversation turned from the client to the server.
"""

import asyncio
import contextlib
import signal
import sys

CHUNK = 1 << 16


class Conversation:
    """Counts how often the client speaks after the server has."""

    def __init__(self):
        self.turns = 0
        self.last = "server"

    def speaks(self, who):
        if who == "client" and self.last == "server":
            self.turns += 1
        self.last = who


async def relay(reader, writer, one_way, hold_until, heard):
    """Writes each chunk `one_way` seconds after it came, in order; the end of the stream travels too."""
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def deliver():
        while True:
            due, chunk = await queue.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not chunk:
                break
            heard()
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    delivery = asyncio.create_task(deliver())
    try:
        while True:
            chunk = await reader.read(CHUNK)
            queue.put_nowait((max(loop.time(), hold_until) + one_way, chunk))
            if not chunk:
                break
        await delivery
    except ConnectionError:
        delivery.cancel()


def acceptor(address, port, round_trip, conversations):
    one_way = round_trip / 2

    async def accept(client_reader, client_writer):
        start = asyncio.get_running_loop().time()
        conversation = Conversation()
        conversations.append(conversation)
        server_reader, server_writer = await asyncio.open_connection(address, port)
        # On a real link the server hears of the connection with the last packet of the handshake.
        await asyncio.gather(
            relay(client_reader, server_writer, one_way, start + round_trip, lambda: conversation.speaks("client")),
            relay(
                server_reader, client_writer, one_way, start + round_trip + one_way,
                lambda: conversation.speaks("server")),
        )
        client_writer.close()
        server_writer.close()

    return accept


async def main():
    round_trip = float(sys.argv[1]) / 1000
    conversations = []
    for route in sys.argv[2:]:
        listen, target = route.split("=")
        address, port = target.rsplit(":", 1)
        await asyncio.start_server(
            acceptor(address, int(port), round_trip, conversations), "127.0.0.1", int(listen), backlog=512)
    print("ready", flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    print(max((conversation.turns for conversation in conversations), default=0), flush=True)


asyncio.run(main())

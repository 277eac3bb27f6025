"""A link of a given length and width: relays TCP connections, all of them through one queue for each direction.

usage: rate.py ROUND_TRIP_MS MBIT_PER_S LISTEN_PORT=ADDRESS:PORT…

Prints `ready` when it listens, and at its end how many bytes went up (to the servers) and down.
"""

import asyncio
import contextlib
import signal
import sys

CHUNK = 1 << 14


class Direction:
    """What goes one way: a byte leaves when those before it have left, and arrives a while later."""

    def __init__(self, delay, bytes_per_second):
        self.delay = delay
        self.rate = bytes_per_second
        self.free = 0.0
        self.count = 0

    def due(self, size):
        now = asyncio.get_running_loop().time()
        self.count += size
        self.free = max(self.free, now) + size / self.rate
        return self.free + self.delay

    async def relay(self, reader, writer):
        loop = asyncio.get_running_loop()
        # What is on the link; a full one holds the reader back, as a router's buffer does.
        queue = asyncio.Queue(maxsize=64)

        async def deliver():
            while True:
                due, chunk = await queue.get()
                await asyncio.sleep(max(0, due - loop.time()))
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
            with contextlib.suppress(OSError):
                writer.write_eof()

        delivery = asyncio.create_task(deliver())
        try:
            while True:
                chunk = await reader.read(CHUNK)
                await queue.put((self.due(len(chunk)), chunk))
                if not chunk:
                    break
            await delivery
        except ConnectionError:
            delivery.cancel()


async def main():
    one_way = float(sys.argv[1]) / 2000
    rate = float(sys.argv[2]) * 1e6 / 8
    up, down = Direction(one_way, rate), Direction(one_way, rate)

    def acceptor(address, port):
        async def accept(client_reader, client_writer):
            server_reader, server_writer = await asyncio.open_connection(address, port)
            await asyncio.gather(
                up.relay(client_reader, server_writer), down.relay(server_reader, client_writer),
                return_exceptions=True)
            client_writer.close()
            server_writer.close()

        return accept

    for route in sys.argv[3:]:
        listen, target = route.split("=")
        address, port = target.rsplit(":", 1)
        await asyncio.start_server(acceptor(address, int(port)), "127.0.0.1", int(listen))
    print("ready", flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    print(up.count, down.count, flush=True)


asyncio.run(main())

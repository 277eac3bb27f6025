"""A slow line: relays TCP connections and holds every byte back on its way, in both directions.

usage: slow-proxy.py ONE_WAY_MS LISTEN_PORT ADDRESS:PORT

Its own connections have the mark 77, so that a firewall can send all others here. Ends on SIGINT, and prints how many
bytes it has held back.
"""

import asyncio
import contextlib
import signal
import socket
import sys

held = 0


async def relay(reader, writer, seconds):
    """Writes each chunk a while after it came, in order; the end of the stream travels too."""
    global held
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def deliver():
        while (item := await queue.get())[1]:
            await asyncio.sleep(max(0, item[0] - loop.time()))
            writer.write(item[1])
            await writer.drain()
        await asyncio.sleep(max(0, item[0] - loop.time()))
        with contextlib.suppress(OSError):
            writer.write_eof()

    delivery = asyncio.create_task(deliver())
    try:
        while True:
            chunk = await reader.read(1 << 16)
            held += len(chunk)
            queue.put_nowait((loop.time() + seconds, chunk))
            if not chunk:
                break
        await delivery
    except OSError:
        delivery.cancel()


async def main():
    seconds = float(sys.argv[1]) / 1000
    address, port = sys.argv[3].rsplit(":", 1)

    async def accept(reader, writer):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 77)
        line.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(line, (address, int(port)))
            far_reader, far_writer = await asyncio.open_connection(sock=line)
            await asyncio.gather(relay(reader, far_writer, seconds), relay(far_reader, writer, seconds))
            far_writer.close()
        except OSError:
            line.close()
        writer.close()

    await asyncio.start_server(accept, "0.0.0.0", int(sys.argv[2]))
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    print(f"{held} bytes were held back")


asyncio.run(main())

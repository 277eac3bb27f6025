#!/usr/bin/env python3
"""Posts probes with unique ids to the site until SIGINT or SIGTERM, and tells what became of each.

No request is ever tried again: an HTTP library that repeats one on a fresh connection would hide what is looked for.
The report is one JSON document on standard output: counts, the ids by their fate, and the failures with their times.
    acknowledged   201: stored by this very request
    repeated       200: was there already, so something between here and the database ran it twice
    refused        any other status: stored at most once
    cut            the connection ended after the request was sent: stored at most once
    unsent         no connection, or it ended before the request was sent: never stored
"""
import argparse
import collections
import http.client
import json
import signal
import ssl
import threading
import time

SERVICES = ["user", "order", "inventory", "approval", "logistics", "notification"]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("--port", type=int, default=443)
    parser.add_argument("--prefix", required=True, help="what all ids begin with")
    parser.add_argument("--clients", type=int, default=4, help="half of them open a connection for each request")
    parser.add_argument("--rate", type=float, default=80, help="requests a second, of all clients together")
    parser.add_argument("--seconds", type=float, default=600, help="end by itself after this time")
    parser.add_argument("--timeout", type=float, default=40)
    return parser.parse_args()


class Client(threading.Thread):
    """One client, one request at a time, at a steady rate."""

    def __init__(self, number, options, end):
        super().__init__(daemon=True)
        self.number, self.options, self.end = number, options, end
        self.keeps_alive = number % 2 == 0
        self.fates = collections.defaultdict(list)
        self.failures = []
        self.connection = None
        self.tls = ssl.create_default_context()
        self.tls.check_hostname = False
        self.tls.verify_mode = ssl.CERT_NONE

    def run(self):
        pause = self.options.clients / self.options.rate
        due = time.monotonic() + pause * self.number / self.options.clients
        count = 0
        while not self.end.wait(max(0, due - time.monotonic())):
            service = SERVICES[count % len(SERVICES)]
            self.post(service, f"{self.options.prefix}-{self.number}-{count}")
            count += 1
            # A slow answer is not followed by a burst.
            due = max(due + pause, time.monotonic())
        self.close()

    def post(self, service, name):
        started = time.time()
        is_sent = False
        try:
            connection = self.connected()
            body = json.dumps({"id": name}).encode()
            headers = {"Content-Type": "application/json"}
            if not self.keeps_alive:
                headers["Connection"] = "close"
            is_sent = True
            connection.request("POST", f"/api/{service}/probes", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if not self.keeps_alive or answer.will_close:
                self.close()
            fate = {201: "acknowledged", 200: "repeated"}.get(answer.status, "refused")
            detail = f"status {answer.status}: {text[:200].decode(errors='replace')}"
        except (OSError, http.client.HTTPException) as error:
            self.close()
            fate = "cut" if is_sent else "unsent"
            detail = f"{type(error).__name__}: {error}"
        self.fates[fate].append(f"{service} {name}")
        if fate != "acknowledged":
            self.failures.append(
                {"at": round(started, 3), "took": round(time.time() - started, 3), "id": name, "service": service,
                 "fate": fate, "keepAlive": self.keeps_alive, "detail": detail})

    def connected(self):
        if self.connection is None:
            connection = http.client.HTTPSConnection(
                self.options.host, self.options.port, timeout=self.options.timeout, context=self.tls)
            connection.connect()
            # The library would open a new connection by itself, and the failure of the old one would go unseen.
            connection.auto_open = 0
            self.connection = connection
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def main():
    options = arguments()
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    clients = [Client(number, options, end) for number in range(options.clients)]
    for client in clients:
        client.start()
    end.wait(options.seconds)
    end.set()
    for client in clients:
        client.join(options.timeout + 5)
    fates = {fate: sum((client.fates[fate] for client in clients), [])
             for fate in ["acknowledged", "repeated", "refused", "cut", "unsent"]}
    failures = sorted(sum((client.failures for client in clients), []), key=lambda failure: failure["at"])
    print(json.dumps({
        "sent": sum(map(len, fates.values())),
        "keepAlive": sum(len(ids) for client in clients if client.keeps_alive for ids in client.fates.values()),
        "fates": fates, "failures": failures[:50]}))


main()

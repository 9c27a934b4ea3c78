"""Many clients that write at once, over sockets of their own, and what they were told: for writers.py."""
import json
import selectors
import socket
import time

from tests.support import wire

# Two rows a request: half of one is never to be seen.
PAIRS = "CREATE TABLE pairs (writer INTEGER, n INTEGER, half INTEGER, v TEXT, PRIMARY KEY (writer, n, half))"


class Client:
    """One connection that always has one request under way."""

    def __init__(self, burst, number):
        self.burst, self.number, self.next, self.buffer = burst, number, 0, b""
        self.socket = socket.create_connection(("127.0.0.1", burst.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = None

    def send(self):
        self.next += 1
        key = (self.number, self.burst.first + self.next)
        rows = [{"writer": key[0], "n": key[1], "half": half, "v": "x" * 20} for half in (0, 1)]
        self.sent = (key, time.monotonic())
        self.socket.sendall(wire.head("POST", self.burst.target, [("Content-Type", "application/json"), ("Connection", "keep-alive")],
                                      json.dumps(rows).encode("ascii")))

    def receive(self):
        """True if an answer has come whole."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionResetError
        self.buffer += chunk
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        answer, rest = None, b""
        try:
            answer, rest = wire.split_answer(self.buffer, "POST")
        except wire.BadAnswer:
            return False
        self.buffer = rest
        self.burst.answers.append((self.sent[0], self.sent[1], time.monotonic(), answer.status, answer.text))
        self.sent = None
        return True


class Burst:
    """`clients` writers for some seconds. `answers` are (key, sent, answered, status, body); the clock is time.monotonic."""

    def __init__(self, port, clients=64, first=0, target="/pairs"):
        self.port, self.first, self.target, self.answers = port, first, target, []
        self.clients = [Client(self, number) for number in range(clients)]

    def run(self, seconds, at=()):
        """Writes until the time is over or the server is gone; `at` is pairs of a moment and what is done then."""
        selector, began, todo = selectors.DefaultSelector(), time.monotonic(), sorted(at, key=lambda pair: pair[0])
        for client in self.clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        alive = len(self.clients)
        try:
            while alive and time.monotonic() - began < seconds:
                while todo and time.monotonic() - began >= todo[0][0]:
                    todo.pop(0)[1]()
                for key, _ in selector.select(0.02):
                    try:
                        if key.data.receive():
                            key.data.send()
                    except (ConnectionError, TimeoutError):
                        selector.unregister(key.fileobj)
                        alive -= 1
        finally:
            selector.close()
        for _, action in todo:
            action()
        return self

    def finish(self, seconds=10):
        """Waits for the answers that are due, and closes."""
        for client in self.clients:
            client.socket.settimeout(seconds)
            try:
                while client.sent and not client.receive():
                    pass
            except OSError:
                pass
            client.socket.close()
        return self

    def acknowledged(self):
        return {key for key, _, _, status, _ in self.answers if status == 201}

    def refused(self):
        """Statuses and bodies of what was answered otherwise."""
        return [(status, text) for _, _, _, status, text in self.answers if status != 201]


def stored(connection):
    """The pairs that are stored; a half one is a fault."""
    halves = connection.execute("SELECT writer, n FROM pairs GROUP BY writer, n HAVING count(*) <> 2").fetchall()
    assert not halves, f"{len(halves)} requests are there by half: {halves[:5]}"
    return set(connection.execute("SELECT writer, n FROM pairs WHERE half = 0"))

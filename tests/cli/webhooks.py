"""Webhooks of an app that is served: told once the change is there, whatever becomes of the receiver or of the server."""
import hashlib
import hmac
import http.server
import json
import queue
import signal
import sqlite3
import threading
import time
import urllib.request

APP = """
app: {name: tasks, version: "1", settings: {key: mystery}}
entities:
  task: {logged: true, fields: {title: text(50)}}
resources:
  tasks: {entity: task, members: [id, title], endpoints: crud, allow: {create: anyone}}
webhooks:
  targets: {board: {url: "http://127.0.0.1:%d/", on: [task], secret: key}}
dialects: {main: {}}
"""


class Receiver:
    """A server on loopback whose answers are stalled until `open` is set."""

    def __init__(self):
        self.told, self.open = queue.Queue(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.told.put((self.headers["X-Hook-Delivery"], json.loads(body)["data"]["title"]))
                right = hmac.new(b"mystery", body, hashlib.sha512).hexdigest()
                outer.open.wait(20)
                self.send_response(204 if right == self.headers["X-Hook-Signature"] else 403)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):  # a client that is gone
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()


def _add(port, title):
    body = json.dumps({"title": title}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/tasks", body, {"Content-Type": "application/json"})) as answer:
        assert answer.status == 201


def _deliveries(database, want):
    """State, attempts and status of all, as soon as they are these."""
    for _ in range(300):
        with sqlite3.connect(database) as connection:
            rows = connection.execute("SELECT state, attempts, status FROM koine_delivery ORDER BY id").fetchall()
        if rows == want:
            break
        time.sleep(0.05)
    return rows


def what_was_told_survives_a_kill(koine):
    with Receiver() as receiver:
        database = koine.app("killed", APP % receiver.port)
        with koine.start("serve", "killed", "--port", "0", "--webhooks-to", "127.0.0.1") as running:
            _add(running.port(), "one")
            assert receiver.told.get(timeout=10) == ("1", "one")
            assert running.stop(signal.SIGKILL) == -signal.SIGKILL
        assert _deliveries(database, [("waiting", 0, 0)]) == [("waiting", 0, 0)]
        receiver.open.set()
        with koine.start("serve", "killed", "--port", "0", "--webhooks-to", "127.0.0.1") as running:
            running.port()
            assert receiver.told.get(timeout=25) == ("1", "one"), "the same delivery, once more"
            assert _deliveries(database, [("sent", 1, 204)]) == [("sent", 1, 204)]
            assert running.stop(signal.SIGTERM) == 0, running.errors
        assert receiver.told.empty()


def a_server_that_stops_finishes_what_is_under_way(koine):
    with Receiver() as receiver:
        database = koine.app("stopped", APP % receiver.port)
        with koine.start("serve", "stopped", "--port", "0", "--webhooks-to", "127.0.0.1") as running:
            _add(running.port(), "one")
            receiver.told.get(timeout=10)
            threading.Timer(0.5, receiver.open.set).start()
            assert running.stop(signal.SIGTERM) == 0, running.errors
        assert _deliveries(database, [("sent", 1, 204)]) == [("sent", 1, 204)]


def a_server_that_stops_does_not_wait_for_ever(koine):
    with Receiver() as receiver:
        database = koine.app("stalled", APP % receiver.port)
        with koine.start("serve", "stalled", "--port", "0", "--webhooks-to", "127.0.0.1", "--drain-timeout", "1") as running:
            _add(running.port(), "one")
            receiver.told.get(timeout=10)
            begun = time.monotonic()
            assert running.stop(signal.SIGTERM) == 0, running.errors
            assert time.monotonic() - begun < 5
        assert _deliveries(database, [("waiting", 0, 0)]) == [("waiting", 0, 0)]


def this_machine_is_not_told_unless_allowed(koine):
    with Receiver() as receiver:
        receiver.open.set()
        database = koine.app("closed", APP % receiver.port)
        with koine.start("serve", "closed", "--port", "0") as running:
            _add(running.port(), "one")
            assert _deliveries(database, [("failed", 1, 0)]) == [("failed", 1, 0)]
            assert running.stop(signal.SIGTERM) == 0, running.errors
        assert any("delivery 1 to board is given up" in line for line in running.errors), running.errors
        assert receiver.told.empty()


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        what_was_told_survives_a_kill, a_server_that_stops_finishes_what_is_under_way, a_server_that_stops_does_not_wait_for_ever,
        this_machine_is_not_told_unless_allowed)]

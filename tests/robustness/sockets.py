"""Clients that drip, stop, shout or never read; requests that are too slow; the end of the server."""
import contextlib
import os
import pathlib
import signal
import socket
import sqlite3
import tempfile
import threading
import time

from tests.support import databases, wire
from tests.support.server import Server

# A view that would count for minutes: nothing but the time limit ends it.
SLOW_VIEW = """CREATE VIEW slow_v AS
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) AS c FROM n"""
GENRE = b"GET /genre?select=id&limit=1 HTTP/1.1\r\nHost: a\r\n"
ANSWER = [{"id": 1}]


@contextlib.contextmanager
def served(koine, *flags):
    with tempfile.TemporaryDirectory(prefix="koine-sockets-") as folder:
        database = databases.make("proof", folder)
        connection = sqlite3.connect(database)
        connection.execute(SLOW_VIEW)
        connection.commit()
        connection.close()
        with Server(koine, database, flags) as server:
            yield server


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no RssAnon")


def answers_now(server, seconds=5):
    """The server answers an ordinary request within `seconds`."""
    started = time.monotonic()
    assert wire.get(server.port, "/genre?select=id&limit=1", seconds=seconds).json() == ANSWER
    return time.monotonic() - started


def closed_within(connection, seconds):
    """Reads until the peer closes; returns what came, or None if it stays open."""
    connection.settimeout(seconds)
    deadline, got = time.monotonic() + seconds, b""
    while time.monotonic() < deadline:
        try:
            chunk = connection.recv(65536)
        except socket.timeout:
            return None
        except ConnectionResetError:
            return got
        if not chunk:
            return got
        got += chunk
    return None


def check_pipelined(koine):
    """fifty pipelined requests in one packet come back in order"""
    with served(koine) as server, wire.connect(server.port) as connection:
        requests = b"".join(b"GET /track?select=id&id=eq.%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(1, 50))
        connection.sendall(requests + b"GET /track?select=id&id=eq.50 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        rest, got = wire.read_to_end(connection), []
        while rest:
            answer, rest = wire.split_answer(rest)
            got += [row["id"] for row in answer.json()]
        assert got == list(range(1, 51)), got


def check_pipelined_mixed(koine):
    """HEAD, errors and bodies mix in a pipeline without losing the frame"""
    with served(koine) as server, wire.connect(server.port) as connection:
        connection.sendall(b"HEAD /artist HTTP/1.1\r\nHost: a\r\n\r\n"
                           b"GET /nosuch HTTP/1.1\r\nHost: a\r\n\r\n"
                           b"OPTIONS /artist HTTP/1.1\r\nHost: a\r\n\r\n"
                           b"POST /w HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}"
                           + GENRE + b"Connection: close\r\n\r\n")
        rest, statuses = wire.read_to_end(connection), []
        for method in ("HEAD", "GET", "OPTIONS", "POST", "GET"):
            answer, rest = wire.split_answer(rest, method)
            statuses.append(answer.status)
        assert statuses == [200, 404, 200, 405, 200] and not rest, (statuses, rest[:100])
        assert answer.json() == ANSWER


def check_pipeline_of_slow_and_fast(koine):
    """a pipelined request behind one with much to say waits its turn"""
    with served(koine) as server, wire.connect(server.port) as connection:
        connection.sendall(b"GET /track?order=composer.desc,name HTTP/1.1\r\nHost: a\r\n\r\n" + GENRE + b"Connection: close\r\n\r\n")
        rest = wire.read_to_end(connection)
        first, rest = wire.split_answer(rest)
        second, rest = wire.split_answer(rest)
        assert len(first.json()) == 10000 and second.json() == ANSWER and not rest


def check_byte_by_byte(koine):
    """a request that arrives byte by byte is answered"""
    with served(koine) as server, wire.connect(server.port) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GENRE + b"Connection: close\r\n\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.001)
        answer, rest = wire.split_answer(wire.read_to_end(connection))
        assert answer.json() == ANSWER and not rest


def check_keep_alive(koine):
    """a thousand requests on one connection"""
    with served(koine) as server:
        connection = wire.KeepAlive(server.port)
        for n in range(1, 1001):
            assert connection.get(f"/track?select=id&id=eq.{n}").json() == [{"id": n}]
        connection.close()


def check_many_connections(koine):
    """three hundred connections at once are all answered"""
    with served(koine) as server:
        connections = [wire.connect(server.port) for _ in range(300)]
        for connection in connections:
            connection.sendall(GENRE + b"Connection: close\r\n\r\n")
        for connection in connections:
            answer, _ = wire.split_answer(wire.read_to_end(connection))
            assert answer.json() == ANSWER
            connection.close()


def check_half_open(koine):
    """clients that connect and leave, close half, or reset in the middle, harm nobody"""
    with served(koine) as server:
        for fragment in (b"", b"G", b"GET /genre HTTP/1.1\r\nHo", GENRE, b"POST /w HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"):
            for reset in (False, True):
                connection = wire.connect(server.port)
                connection.sendall(fragment)
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()
            connection = wire.connect(server.port)
            connection.sendall(fragment)
            connection.shutdown(socket.SHUT_WR)
            assert closed_within(connection, 10) is not None, f"after {fragment!r} and the end of what comes the connection stays"
            connection.close()
        answers_now(server)


def check_half_closed_after_a_request(koine):
    """who sends a request and closes that direction still gets the answer"""
    with served(koine) as server, wire.connect(server.port) as connection:
        connection.sendall(GENRE + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        answer, rest = wire.split_answer(wire.read_to_end(connection))
        assert answer.json() == ANSWER and not rest


def check_slow_loris(koine):
    """heads that drip for ever are closed or answered 408 within half a minute; others are served meanwhile"""
    with served(koine) as server:
        drips = [wire.connect(server.port) for _ in range(50)]
        for drip in drips:
            drip.sendall(b"GET /genre HTTP/1.1\r\n")
            drip.setblocking(False)
        open_drips, deadline, endings = set(drips), time.monotonic() + 30, set()
        while open_drips and time.monotonic() < deadline:
            for drip in list(open_drips):
                try:
                    drip.send(b"X: y\r\n"[:1] if drip is drips[0] else b"X: y\r\n")
                except OSError:
                    pass
                try:
                    got = drip.recv(4096)
                    endings.add(got[9:12] if got else b"closed")
                    open_drips.discard(drip)
                except BlockingIOError:
                    pass
                except OSError:
                    endings.add(b"closed")
                    open_drips.discard(drip)
            answers_now(server)
            time.sleep(0.5)
        assert not open_drips, f"{len(open_drips)} of 50 drip on after 30 s"
        assert endings <= {b"408", b"431", b"closed"}, endings
        for drip in drips:
            drip.close()


def check_never_reading(koine):
    """a client that asks for much and never reads holds up nobody and fills no memory"""
    with served(koine) as server:
        before = resident_mib(server.process)
        deaf = []
        for _ in range(8):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", server.port))
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                connection.send(b"GET /track HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
            deaf.append(connection)
        for _ in range(10):
            answers_now(server)
            time.sleep(0.2)
        grown = resident_mib(server.process) - before
        assert grown < 160, f"{grown:.0f} MiB more for eight deaf clients"
        for connection in deaf:
            connection.close()


def check_endless_head(koine):
    """a head without end is refused and closed"""
    with served(koine) as server, wire.connect(server.port) as connection:
        connection.sendall(b"GET /genre HTTP/1.1\r\n")
        sent = 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < 64 * 1024 * 1024:
                sent += connection.send(b"X-Filler: " + b"y" * 1000 + b"\r\n")
        assert sent < 64 * 1024 * 1024, "64 MiB of head were taken"
        answers_now(server)


def check_endless_line_ends(koine):
    """line ends before a request are skipped or refused, not collected"""
    with served(koine) as server, wire.connect(server.port) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"\r\n" * 3 + GENRE + b"Connection: close\r\n\r\n")
        got = closed_within(connection, 10)
        assert got is None or got[9:12] in (b"200", b"400"), got[:100]
        answers_now(server)


def check_body_cap(koine):
    """a chunked body without end is refused at the cap"""
    with served(koine) as server, wire.connect(server.port, seconds=60) as connection:
        connection.sendall(b"POST /w HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk, sent = b"10000\r\n" + b"a" * 65536 + b"\r\n", 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < 256 * 1024 * 1024:
                connection.sendall(chunk)
                sent += len(chunk)
        assert sent < 256 * 1024 * 1024, "256 MiB of body were taken"
        answers_now(server)


def check_time_limit(koine):
    """a statement that takes too long ends with 500 57014; others are served meanwhile"""
    with served(koine) as server:
        result = []

        def ask():
            try:
                result.append(wire.get(server.port, "/slow_v", seconds=60))
            except (OSError, wire.BadAnswer) as fault:
                result.append(fault)

        slow = threading.Thread(target=ask)
        started = time.monotonic()
        slow.start()
        waits = []
        while slow.is_alive() and time.monotonic() - started < 60:
            waits.append(answers_now(server))
            time.sleep(0.1)
        slow.join()
        took = time.monotonic() - started
        assert isinstance(result[0], wire.Answer), result[0]
        assert result[0].status == 500 and result[0].json()["code"] == "57014", f"{result[0].status} {result[0].text[:300]}"
        assert took < 30, f"the limit came after {took:.1f} s"
        assert len(waits) > 5 and max(waits) < 3, f"others waited {max(waits):.1f} s"


def check_many_slow(koine):
    """more slow statements than lanes: every one ends by itself, others are served meanwhile"""
    with served(koine) as server:
        statuses, faults = [], []

        def ask():
            try:
                statuses.append(wire.get(server.port, "/slow_v", seconds=90).status)
            except (OSError, wire.BadAnswer) as fault:
                faults.append(str(fault))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            answers_now(server)
            time.sleep(0.1)
        for thread in threads:
            thread.join()
        assert not faults, faults[0]
        assert len(statuses) == 12 and set(statuses) <= {500, 503}, statuses


def check_abandoned(koine):
    """a client that goes away interrupts its statement"""
    with served(koine) as server:
        connections = [wire.connect(server.port) for _ in range(6)]
        for connection in connections:
            connection.sendall(b"GET /slow_v HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.7)
        for connection in connections:
            connection.close()
        left, used = time.monotonic(), 1.0
        while used > 0.1 and time.monotonic() < left + 3:  # less than --statement-timeout
            before = cpu_seconds(server.process)
            time.sleep(0.5)
            used = cpu_seconds(server.process) - before
        assert used <= 0.1, f"still {used:.2f} s of CPU in 0.5 s, 3 s after all clients left"
        answers_now(server)


def refused_within(port, seconds):
    """Whether a new connection is refused before so many seconds are over: each thread closes its own listener, so not all at one instant."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            wire.get(port, "/genre", seconds=1)
        except TimeoutError:
            continue
        except (OSError, wire.BadAnswer):
            return True
        time.sleep(0.02)
    return False


def check_end_refuses_the_new(koine):
    """SIGTERM: what runs is answered, new connections are refused, the end is 0"""
    with tempfile.TemporaryDirectory(prefix="koine-sockets-") as folder:
        database = databases.make("proof", folder)
        connection = sqlite3.connect(database)
        connection.execute(SLOW_VIEW)
        connection.commit()
        connection.close()
        server = Server(koine, database)
        running, idle = wire.connect(server.port, seconds=60), wire.connect(server.port)
        running.sendall(b"GET /slow_v HTTP/1.1\r\nHost: a\r\n\r\n")
        idle.sendall(GENRE + b"\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert closed_within(idle, 5) == b"", "an idle connection outlives SIGTERM by 5 s"
        refused = refused_within(server.port, 2)
        answer, _ = wire.split_answer(wire.read_to_end(running))
        code = server.process.wait(30)
        faults = [fault for fault in server.stop() if "had died (exit 0)" not in fault]
        assert refused, "new connections are still served 2 s after SIGTERM"
        assert answer.status in (500, 503), answer.status
        assert code == 0, f"ended with {code}"
        assert not faults, faults


def check_interrupt(koine):
    """SIGINT ends it as well, with 0 or 130"""
    with tempfile.TemporaryDirectory(prefix="koine-sockets-") as folder:
        server = Server(koine, databases.make("proof", folder))
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(15)
        server.stop()
        assert code in (0, 130), code

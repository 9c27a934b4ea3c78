"""A server under measurement: starting and stopping it, and reading its CPU time and memory from /proc."""
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

START_TIMEOUT = 20.0


class Failure(Exception):
    """The measurement can't go on; the text says why."""


class Server:
    """A started process; `with` ends it. `start_ms` is the time from exec to the first 200 of /-/health.

    `authorization` is what wrk sends in that header, if anything.
    """

    authorization = None

    def __init__(self, command, environment=None):
        # A file, not a pipe: nobody has to empty it while the server is measured.
        self.log = tempfile.TemporaryFile()
        begin = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        try:
            self.port = self._printed_port(begin + START_TIMEOUT)
            self._until_healthy(begin + START_TIMEOUT)
        except BaseException:
            self.stop()
            raise
        self.start_ms = (time.perf_counter() - begin) * 1000
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def cpu(self):
        """CPU seconds of all threads so far: (total by the scheduler, exact to the ns; user and system by the clock tick)."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        user, system = int(fields[11]), int(fields[12])
        return total / 1e9, user / os.sysconf("SC_CLK_TCK"), system / os.sysconf("SC_CLK_TCK")

    def rss_anon_mib(self):
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(r"RssAnon:\s+(\d+) kB", file.read())[1]) / 1024

    def _output(self):
        return os.pread(self.log.fileno(), 65536, 0).decode(errors="replace")

    def _check_alive(self, deadline, what):
        if self.process.poll() is not None:
            raise Failure(f"{self.process.args[0]} ended with {self.process.returncode}: {self._output().strip()}")
        if time.perf_counter() > deadline:
            raise Failure(f"{self.process.args[0]}: no {what} within {START_TIMEOUT:.0f} s: {self._output().strip()}")
        time.sleep(0.0002)

    def _printed_port(self, deadline):
        while True:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", self._output())
            if found:
                return int(found[1])
            self._check_alive(deadline, "URL printed")

    def _until_healthy(self, deadline):
        while True:
            try:
                with Client(self.port) as client:
                    if client.get("/-/health")[0] == 200:
                        return
            except OSError:
                pass
            self._check_alive(deadline, "200 from /-/health")


class Client:
    """One keep-alive connection; as little as needed, so that ten thousand of them are opened quickly."""

    def __init__(self, port, source=None):
        self.socket = socket.socket()
        self.socket.settimeout(10)
        try:
            if source:
                self.socket.bind((source, 0))
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def get(self, target):
        """(status, body); OSError if the connection ends before the answer does."""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if not length:
            raise OSError("an answer without Content-Length")
        while len(body) < int(length[1]):
            body += self._receive()
        return int(head.split()[1]), body

    def _receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise OSError("closed by the server")
        return data

"""A small HTTP/1.1 client on bare sockets: it sends what it is given, byte for byte, and is strict about what comes back."""
import json
import socket
import time


class BadAnswer(Exception):
    """The answer is not well-formed HTTP: framing, status line or header wrong."""


class Answer:
    """One answer. Header names compare without case; `all` keeps repeated ones."""

    def __init__(self, status, reason, headers, body):
        self.status, self.reason, self.headers, self.body = status, reason, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    @property
    def text(self):
        return self.body.decode("utf-8", errors="surrogateescape")

    def json(self):
        return json.loads(self.body.decode("utf-8"))


def quote(target):
    """Percent-encodes what may not stand in a target, so that scenarios stay legible: `%` itself is left as it is."""
    out = []
    for character in target:
        if character in ' "<>\\^`{|}' or ord(character) > 126 or ord(character) < 32:
            out.append("".join(f"%{byte:02X}" for byte in character.encode("utf-8")))
        else:
            out.append(character)
    return "".join(out)


def connect(port, seconds=15, host="127.0.0.1"):
    return socket.create_connection((host, port), timeout=seconds)


def read_to_end(connection, limit=256 * 1024 * 1024):
    """Everything until the peer closes."""
    chunks, size = [], 0
    while True:
        try:
            chunk = connection.recv(1 << 16)
        except ConnectionResetError:
            break
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise BadAnswer(f"more than {limit} bytes")
    return b"".join(chunks)


def split_answer(data, method="GET"):
    """Parses one answer at the start of `data`; returns it and the bytes after it."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        raise BadAnswer(f"no complete head in {data[:200]!r}")
    lines = data[:end].decode("latin-1").split("\r\n")
    parts = lines[0].split(" ", 2)
    if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
        raise BadAnswer(f"bad status line {lines[0]!r}")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadAnswer(f"bad header line {line!r}")
        headers.append((name, value.strip().encode("latin-1").decode("utf-8", errors="replace")))
    status, rest = int(parts[1]), data[end + 4:]
    answer = Answer(status, parts[2] if len(parts) > 2 else "", headers, b"")
    if status // 100 == 1:
        return split_answer(rest, method)
    if method == "HEAD" or status in (204, 304):
        return answer, rest
    if (answer.header("Transfer-Encoding") or "").lower() == "chunked":
        answer.body, rest = _dechunk(rest)
        return answer, rest
    length = answer.header("Content-Length")
    if length is None:
        answer.body = rest
        return answer, b""
    if len(answer.all("Content-Length")) > 1 or not length.isdigit():
        raise BadAnswer(f"Content-Length is {answer.all('Content-Length')}")
    if len(rest) < int(length):
        raise BadAnswer(f"Content-Length says {length}, {len(rest)} bytes came")
    answer.body = rest[:int(length)]
    return answer, rest[int(length):]


def _dechunk(data):
    body = b""
    while True:
        line, _, data = data.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            return body, data.partition(b"\r\n")[2]
        body, data = body + data[:size], data[size + 2:]


def exchange(port, data, method="GET", seconds=15):
    """Sends `data` on a connection of its own and reads one answer to the end of the connection. Bytes after it are a fault."""
    with connect(port, seconds) as connection:
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent: the answer may be there already
        got = read_to_end(connection)
    if not got:
        raise BadAnswer("the connection was closed without an answer")
    answer, rest = split_answer(got, method)
    if rest:
        raise BadAnswer(f"{len(rest)} bytes after the answer to {method}: {rest[:80]!r}")
    return answer


def head(method, target, headers=(), body=b""):
    """The bytes of a request that asks the server to close afterwards."""
    target = target if isinstance(target, bytes) else quote(target).encode("ascii")
    lines = [method.encode("utf-8") + b" " + target + b" HTTP/1.1"]
    names = {name.lower() for name, _ in headers}
    if "host" not in names:
        lines.append(b"Host: 127.0.0.1")
    lines += [f"{name}: {value}".encode("utf-8") for name, value in headers]
    if "connection" not in names:
        lines.append(b"Connection: close")
    if body and "content-length" not in names and "transfer-encoding" not in names:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def request(port, method, target, headers=(), body=b"", seconds=15):
    return exchange(port, head(method, target, headers, body), method, seconds)


def get(port, target, headers=(), seconds=15):
    return request(port, "GET", target, headers, seconds=seconds)


class KeepAlive:
    """A connection for many GETs, for the runs that send thousands."""

    def __init__(self, port, seconds=30):
        self.connection = connect(port, seconds)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.last_ms = 0.0

    def get(self, target, headers=()):
        started = time.perf_counter()
        self.connection.sendall(head("GET", target, [*headers, ("Connection", "keep-alive")]))
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end >= 0:
                length = _length(self.buffer[:end])
                if length is not None and len(self.buffer) >= end + 4 + length:
                    break
            chunk = self.connection.recv(1 << 18)
            if not chunk:
                raise BadAnswer("the connection was closed")
            self.buffer += chunk
        self.last_ms = (time.perf_counter() - started) * 1000
        answer, self.buffer = split_answer(self.buffer)
        return answer

    def close(self):
        self.connection.close()


def _length(head_bytes):
    for line in head_bytes.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return None

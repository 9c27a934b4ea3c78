"""Files of an app that is served: how they come in, how they go out, and when they go away."""
import hashlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import time

APP = """
app: {name: shelf, version: "1", settings: {word: x}}
entities:
  paper:
    fields: {title: text(200), content: blob null, media: text(100) = "", size: int = 0}
resources:
  papers:
    entity: paper
    members: [id, title, content, media, size]
    endpoints: crud
    allow: {read: anyone, create: anyone, update: anyone, delete: anyone}
    at:
      POST upload: {call: papers.upload, body: {content: 'file(5 MB, text/*, image/png)', more: file null, title: text = ""}, answer: papers, status: 201, allow: anyone}
      GET {id}/download: {file: content, name: title, type: media}
      GET {id}/view: {file: content, name: "shown.txt", type: media, inline: true}
      GET {id}/staff: {file: content, allow: staff}
      GET {id}/link: {call: papers.link, query: {seconds: int = 60}, allow: anyone}
      GET {id}/given: {call: papers.given, allow: anyone}
      GET {id}/text: {call: papers.shown, allow: anyone}
      PUT raw: {call: papers.raw, body: raw, answer: papers, allow: anyone}
      POST refuse: {call: papers.refuse, body: {content: file}, allow: anyone}
dialects: {main: {routes: {prefix: /v1}}}
"""
FUNCTIONS = """
function upload(request)
  local file = request.files.content
  return db.insert("papers", {
    title = request.body.title ~= "" and request.body.title or file.name, content = file.blob, media = file.type, size = file.size})
end
function link(request)
  return text_of(blob.link(request.row.content, request.query.seconds, {name = request.row.title, type = request.row.media}))
end
function text_of(text) return reply{text = text} end
function given(request) return file(request.row.content, {name = "given.json", type = "application/json"}) end
function shown(request) return {text = blob.get(request.row.content, {from = 1, to = 10}), size = blob.size(request.row.content), url = request.url} end
function raw(request) return db.insert("papers", {title = "raw", content = request.raw.blob, media = request.raw.type, size = request.raw.size}) end
function refuse(request) problem("conflict", {message = request.files.content.name}) end
"""
TEXT = b"0123456789" * 100
HASH = hashlib.sha256(TEXT).hexdigest()
DAY = 86400


def _blobs(database):
    return database.with_name(database.name + "-blobs")


def _kept(database):
    return {path.parent.name + path.name for path in _blobs(database).glob("??/*")}


class _Client:
    """One connection; an answer is (status, headers by small names, bytes)."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def upload(self, content=TEXT, name="a.txt", media="text/plain", path="/v1/papers/upload", **fields):
        head = b'--xx\r\nContent-Disposition: form-data; name="content"; filename="' + (name if isinstance(name, bytes) else name.encode()) + b'"\r\n'
        parts = head + b"Content-Type: " + media.encode() + b"\r\n\r\n" + content + b"\r\n"
        for field, value in fields.items():
            parts += f'--xx\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        status, _, told = self.ask("POST", path, parts + b"--xx--\r\n", {"Content-Type": "multipart/form-data; boundary=xx"})
        return status, json.loads(told)


def a_file_comes_in_and_goes_out(koine):
    database = koine.app("plain-shelf", APP, papers=FUNCTIONS)
    with koine.start("serve", "plain-shelf", "--port", "0") as running:
        client = _Client(running.port())
        status, row = client.upload()
        assert status == 201 and row == {"id": 1, "title": "a.txt", "content": HASH, "media": "text/plain", "size": 1000}, row
        assert _kept(database) == {HASH}
        path = _blobs(database) / HASH[:2] / HASH[2:]
        assert path.read_bytes() == TEXT and path.stat().st_mode & 0o777 == 0o600 and _blobs(database).stat().st_mode & 0o777 == 0o700
        status, headers, body = client.ask("GET", "/v1/papers/1/download")
        assert (status, body) == (200, TEXT)
        want = {"content-type": "text/plain; charset=utf-8", "content-length": "1000", "etag": f'"{HASH}"', "accept-ranges": "bytes",
                "content-disposition": 'attachment; filename="a.txt"', "x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        assert want.items() <= headers.items(), headers
        assert client.ask("GET", "/v1/papers/1/view")[1]["content-disposition"] == 'inline; filename="shown.txt"'
        assert client.ask("GET", "/v1/papers/1/download", headers={"Accept": "text/html"})[2] == TEXT, "a browser gets the file, too"
        assert client.ask("GET", "/v1/papers/1/download", headers={"Accept": "image/avif"})[2] == TEXT
        status, headers, body = client.ask("HEAD", "/v1/papers/1/download", headers={"Range": "bytes=0-3"})
        assert (status, headers["content-length"], body) == (200, "1000", b"")
        told = json.loads(client.ask("GET", "/v1/papers/1/text")[2])
        assert told.pop("url").endswith(f":{client.connection.port}/v1/papers/1/text") and told == {"text": "0123456789", "size": 1000}, told
        for accept in ("*/*", "text/html"):
            status, headers, body = client.ask("GET", "/v1/papers/1/given", headers={"Accept": accept})
            assert (status, headers["content-type"], body) == (200, "application/json", TEXT), headers
        page = client.ask("GET", "/v1/papers/upload", headers={"Accept": "text/html"})[2].decode()
        assert 'method="post" enctype="multipart/form-data"' in page and 'type="file"' in page and 'accept="text/*,image/png"' in page, page
        assert "multipart/form-data" in client.ask("OPTIONS", "/v1/papers/upload")[2].decode()
        assert client.ask("GET", "/v1/papers/1/staff")[0] in (401, 403)
        for missing in ("/v1/papers/9/download", "/v1/papers/x/download"):
            assert client.ask("GET", missing)[0] == 404
        status, _, told = client.ask("PUT", "/v1/papers/raw", b"\x00\xff raw", {"Content-Type": "Application/X-Thing; v=1"})
        row = json.loads(told)
        assert (status, row["media"], row["size"]) == (200, "application/x-thing", 6), row
        assert client.ask("GET", f"/v1/papers/{row['id']}/download")[2] == b"\x00\xff raw"
        status, told = client.upload(b"refused", path="/v1/papers/refuse")
        assert status == 409 and hashlib.sha256(b"refused").hexdigest() in _kept(database), "it is swept some day"
        client.ask("POST", "/v1/papers", json.dumps({"title": "empty"}), {"Content-Type": "application/json"})
        empty = json.loads(client.ask("GET", "/v1/papers/3")[2])
        assert empty["content"] is None and client.ask("GET", "/v1/papers/3/download")[0] == 404
        # Nobody comes to a file by naming its hash.
        for method, path in (("POST", "/v1/papers"), ("PATCH", "/v1/papers/3"), ("PUT", "/v1/papers/3")):
            _, _, told = client.ask(method, path, json.dumps({"title": "mine", "content": HASH}), {"Content-Type": "application/json"})
            assert HASH not in told.decode(), told
        assert running.stop(signal.SIGTERM) == 0, running.errors


def parts_of_a_file_are_given(koine):
    koine.app("range-shelf", APP, papers=FUNCTIONS)
    with koine.start("serve", "range-shelf", "--port", "0") as running:
        client = _Client(running.port())
        client.upload()
        client.upload(b"", name="empty.txt")
        tag = f'"{HASH}"'
        for headers, status, span in (
                ({"Range": "bytes=0-9"}, 206, (0, 10)), ({"Range": "bytes=990-"}, 206, (990, 1000)), ({"Range": "bytes=-5"}, 206, (995, 1000)),
                ({"Range": "bytes=5-5"}, 206, (5, 6)), ({"Range": "bytes=0-99999"}, 206, (0, 1000)), ({"Range": "bytes=9-3"}, 200, (0, 1000)),
                ({"Range": "bytes=0-1,4-5"}, 200, (0, 1000)), ({"Range": "lines=0-1"}, 200, (0, 1000)), ({"Range": "bytes=x"}, 200, (0, 1000)),
                ({"Range": "bytes=1000-"}, 416, None), ({"Range": "bytes=-0"}, 416, None), ({"Range": "bytes=" + "9" * 5000 + "-"}, 416, None),
                ({"Range": "bytes=0-9", "If-Range": tag}, 206, (0, 10)), ({"Range": "bytes=0-9", "If-Range": '"x"'}, 200, (0, 1000)),
                ({"If-None-Match": tag}, 304, None), ({"If-None-Match": f'"x", W/{tag}'}, 304, None), ({"If-None-Match": "*"}, 304, None),
                ({"If-None-Match": '"x"'}, 200, (0, 1000)), ({"If-None-Match": tag, "Range": "bytes=0-9"}, 304, None)):
            got, told, body = client.ask("GET", "/v1/papers/1/download", headers=headers)
            assert got == status, (headers, got)
            assert body == (TEXT[slice(*span)] if span else b""), headers
            assert told["etag"] == tag
            if status == 206:
                assert told["content-range"] == f"bytes {span[0]}-{span[1] - 1}/1000" and told["content-length"] == str(span[1] - span[0])
            if status == 416:
                assert told["content-range"] == "bytes */1000"
        assert client.ask("GET", "/v1/papers/2/download")[2] == b""
        assert client.ask("GET", "/v1/papers/2/download", headers={"Range": "bytes=0-"})[0] == 416
        assert running.stop(signal.SIGTERM) == 0, running.errors


def what_strangers_call_a_file_does_no_harm(koine):
    database = koine.app("hostile-shelf", APP, papers=FUNCTIONS)
    with koine.start("serve", "hostile-shelf", "--port", "0") as running:
        client = _Client(running.port())
        for name, want in (
                ("../../x", 'attachment; filename="x"'), ("/etc/passwd", 'attachment; filename="passwd"'), ("C:\\\\dir\\\\y.txt", 'attachment; filename="y.txt"'),
                ("a\\\"b.txt", "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
                ("naïve €.txt", "attachment; filename=\"na_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt"),
                ("x\x00y\x1f.txt", 'attachment; filename="xy.txt"'), ("<script>.txt", 'attachment; filename="<script>.txt"'), ("%0d%0aX: y", None)):
            status, row = client.upload(name=name)
            assert status == 201, (name, row)
            told = client.ask("GET", f"/v1/papers/{row['id']}/download")[1]
            assert want is None or told["content-disposition"] == want, (name, told)
            assert "x" not in told
        status, row = client.upload(name=b"a\r\nX: y")
        assert status == 400, row
        for name, media, status in ((b"\xff.txt", "text/plain", 400), ("a.gif", "image/gif", 400), ("a", "text/plain\r\nX-Other: y", 201)):
            got, row = client.upload(name=name, media=media)
            assert got == status, (name, row)
        status, row = client.upload(b"<script>alert(1)</script>", name="a.html", media="text/html")
        headers = client.ask("GET", f"/v1/papers/{row['id']}/view")[1]
        assert headers["content-disposition"].startswith("attachment") and headers["content-security-policy"] == "sandbox", headers
        assert client.upload(b"x" * 5_000_001)[0] == 400
        assert client.upload(b"x" * 9_000_000)[0] == 413
        json_body = client.ask("POST", "/v1/papers/upload", b'{"content": "aGk="}', {"Content-Type": "application/json"})
        assert json_body[0] == 400, json_body
        assert all(len(name) == 64 for name in _kept(database))
        assert {path.name for path in _blobs(database).parent.iterdir()} <= {"app.db", "app.db-wal", "app.db-shm", "app.db-blobs", "app.db.koine"}
        assert running.stop(signal.SIGTERM) == 0, running.errors


def links_hold_as_long_as_they_say(koine):
    database = koine.app("linked-shelf", APP, papers=FUNCTIONS)
    with koine.start("serve", "linked-shelf", "--port", "0") as running:
        client = _Client(running.port())
        client.upload(name="naïve.txt")
        link = client.ask("GET", "/v1/papers/1/link")[2].decode()
        assert link.startswith(f"/-/blob/{HASH}/"), link
        status, headers, body = client.ask("GET", link)
        assert (status, body) == (200, TEXT) and "na%C3%AFve.txt" in headers["content-disposition"] and headers["content-type"].startswith("text/plain")
        assert client.ask("GET", link, headers={"Range": "bytes=-3"})[2] == TEXT[-3:]
        assert client.ask("HEAD", link)[1]["content-length"] == "1000"
        assert client.ask("GET", link, headers={"Authorization": "Bearer nobody", "Accept": "text/html"})[2] == TEXT, "no login is looked at"
        assert client.ask("DELETE", link)[0] == 405
        head, signature = link.rsplit(".", 1)
        other = hashlib.sha256(b"other").hexdigest()
        for forged in (head, f"{head}.", f"{head}.{signature[:-1]}", f"{head}.{signature}A", f"{head}x.{signature}", link.replace(HASH, other),
                       "/-/blob/", f"/-/blob/{HASH}", "/-/blob/../../etc/passwd", f"/-/blob/{HASH}/.", "/-/blob/" + "a" * 9000):
            assert client.ask("GET", forged)[0] == 404, forged
        short = client.ask("GET", "/v1/papers/1/link?seconds=1")[2].decode()
        time.sleep(2.1)
        assert client.ask("GET", short)[0] == 404
        assert running.stop(signal.SIGTERM) == 0, running.errors
    with koine.start("serve", "linked-shelf", "--port", "0") as running:
        client = _Client(running.port())
        assert client.ask("GET", link)[2] == TEXT, "the key stays"
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT count(*) FROM koine_key").fetchone() == (1,)
        (_blobs(database) / HASH[:2] / HASH[2:]).unlink()
        assert client.ask("GET", link)[0] == 404 and client.ask("GET", "/v1/papers/1/download")[0] == 404
        assert running.stop(signal.SIGTERM) == 0, running.errors


def _put(database, content, age=0):
    """A file that is there, as if it had been put so long ago."""
    digest = hashlib.sha256(content).hexdigest()
    path = _blobs(database) / digest[:2] / digest[2:]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)
    then = time.time() - age
    os.utime(path, (then, then))
    return digest


def _memory(running, what):
    with open(f"/proc/{running.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what)) // 1024


def a_large_file_costs_no_memory(koine):
    database = koine.app("large-shelf", APP, papers=FUNCTIONS)
    size = 200 * 1024 * 1024
    with koine.start("serve", "large-shelf", "--port", "0") as running:
        client = _Client(running.port())
        client.upload()
        large = _put(database, b"large file\n" * (size // 11 + 1))
        size = (_blobs(database) / large[:2] / large[2:]).stat().st_size
        with sqlite3.connect(database, timeout=10) as connection:
            connection.execute("UPDATE paper SET content = ?", (large,))
        client.ask("GET", "/v1/papers/1/download", headers={"Range": "bytes=0-1000000"})
        before = _memory(running, "VmRSS")
        digest, got = hashlib.sha256(), 0
        client.connection.request("GET", "/v1/papers/1/download")
        answer = client.connection.getresponse()
        assert int(answer.getheader("Content-Length")) == size
        while piece := answer.read(1 << 20):
            digest.update(piece)
            got += len(piece)
        assert (got, digest.hexdigest()) == (size, large)
        # Who takes nothing costs as little, and is waited for; who goes away is forgotten.
        idle = []
        for _ in range(20):
            one = socket.create_connection(("127.0.0.1", running.port()))
            one.sendall(b"GET /v1/papers/1/download HTTP/1.1\r\nHost: x\r\n\r\n")
            idle.append(one)
        time.sleep(0.5)
        assert client.ask("GET", "/v1/papers/1")[0] == 200, "others are served meanwhile"
        grown = _memory(running, "VmHWM") - before
        assert grown < 48, f"{grown} MB more"
        for one in idle:
            one.close()
        pipelined = socket.create_connection(("127.0.0.1", running.port()))
        pipelined.sendall(b"GET /v1/papers/1/download HTTP/1.1\r\nHost: x\r\nRange: bytes=0-599999\r\n\r\n" * 2 + b"GET /v1/papers/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        told = b""
        while piece := pipelined.recv(1 << 20):
            told += piece
        assert told.count(b"HTTP/1.1 206") == 2 and told.count(b"HTTP/1.1 200") == 1 and len(told) > 1_200_000
        with socket.create_connection(("127.0.0.1", running.port())) as slow:
            slow.sendall(b"GET /v1/papers/1/download HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.3)
            assert running.stop(signal.SIGTERM, 30) == 0, running.errors


def what_no_row_names_is_swept_after_a_day(koine):
    database = koine.app("swept-shelf", APP, papers=FUNCTIONS)
    with koine.start("serve", "swept-shelf", "--port", "0") as running:
        client = _Client(running.port())
        client.upload()
        client.upload(b"removed")
        assert client.ask("DELETE", "/v1/papers/2")[0] == 204
        assert running.stop(signal.SIGTERM) == 0, running.errors
    named, young = HASH, _put(database, b"young", DAY - 3600)
    _put(database, TEXT, 2 * DAY)
    old = [_put(database, f"old {number}".encode(), 2 * DAY) for number in range(200)]
    _put(database, b"removed", 2 * DAY)
    with koine.start("serve", "swept-shelf", "--port", "0") as running:
        running.port()
        end = time.monotonic() + 30
        while _kept(database) != {named, young} and time.monotonic() < end:
            time.sleep(0.05)
        assert _kept(database) == {named, young}, (len(_kept(database)), old[:2])
        assert running.stop(signal.SIGTERM) == 0, running.errors


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        a_file_comes_in_and_goes_out, parts_of_a_file_are_given, what_strangers_call_a_file_does_no_harm, links_hold_as_long_as_they_say,
        a_large_file_costs_no_memory, what_no_row_names_is_swept_after_a_day)]

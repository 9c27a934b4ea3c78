"""What functions of an app that is served are given, and what of theirs stands around their answers."""
import json
import sqlite3
import time
import urllib.error
import urllib.parse
import urllib.request

APP = """
app: {name: desk, version: "1"}
entities:
  team: {fields: {name: text(50) unique}}
  person: {fields: {name: text(50) unique, duty: text(20) = "", teams: refs(team), password: password null}}
  key: {fields: {person: ref(person), secret: secret, scope: text(100) null, claims: json null}}
  note: {fields: {title: text(50)}}
identity:
  user: {entity: person, name: name, password: password, roles: duty, groups: teams}
  group: {entity: team, name: name}
  token: {entity: key, user: person, key: secret, scopes: scope, claims: claims}
resources:
  notes: {entity: note, members: [id, title], allow: {read: anyone, create: user, delete: nobody}}
  measured: {entity: note, members: [id, title, {length: {lua: desk.lengths, needs: [title], type: int}}], endpoints: crud, allow: {create: anyone, update: anyone}}
operations:
  GET me: {call: desk.me, answer: any, allow: anyone}
  GET,POST given: {call: desk.given, body: {title: text(50) = "none", count: int = 1}, answer: any, allow: anyone}
  POST free: {call: desk.free, body: any, reads: true, answer: any, allow: anyone}
  POST name/{title}: {call: desk.name, answer: notes, allow: anyone}
  POST measure/{title}: {call: desk.measure, answer: measured, allow: anyone}
  POST often/{seconds}: {call: desk.often, answer: nothing, allow: anyone}
dialects:
  main:
    auth: {token: {}}
    input: {bodies: [json, form]}
    context: {prefer: {known: {return: [minimal, full], depth: integer}}, schema: {names: [main, other]}}
    envelope: {item: {this: succeeded, by~: $words.by, the: "the {words.the}", with: $item, links~: $links}, list: $items}
"""
FUNCTIONS = """
function me()
  return {
    roles = principal.roles, scopes = principal.scopes, claims = principal.claims, reads = principal:can("read", "notes"),
    creates = principal:can("create", "notes"), deletes = principal:can("delete", "notes")}
end
function given(request) return {body = request.body, form = request.form, context = request.context} end
free = given
function name(request)
  local note = db.trusted("a name for all").insert("notes", {title = request.path.title})
  if note.title == "bare" then return note end
  return reply{value = note, words = {by = "naming", the = note.title}, links = {self = "/notes/" .. note.id}, status = 201}
end
function often(request) db.trusted("on time"); time.every(tonumber(request.path.seconds), "desk.tick") end
function lengths(notes)
  local all = {}
  for place, note in ipairs(notes) do
    if note.title == "odd" then error("no length") end
    all[place] = #note.title
  end
  return all
end
function measure(request) return db.trusted("to try it").insert("notes", {title = request.path.title}) end
function tick() db.insert("notes", {title = "tick"}) end
"""
ROWS = """
team: [{name: chairs}, {name: editors}]
person: [{name: Ada, duty: lead, teams: [chairs, editors]}, {name: Bob}]
key:
- {person: Ada, secret: first, scope: "read write:all", claims: {sub: ada}}
- {person: Bob, secret: second}
"""


def _ask(port, path, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)) as answer:
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def _desk(koine, name):
    database = koine.app(name, APP, desk=FUNCTIONS)
    (koine.folder / name / "data").mkdir()
    (koine.folder / name / "data" / "rows.yaml").write_text(ROWS)
    return database


def functions_know_who_calls(koine):
    _desk(koine, "known-desk")
    with koine.start("serve", "known-desk", "--port", "0") as running:
        port = running.port()
        assert _ask(port, "/me") == (200, {"roles": [], "reads": True, "creates": False, "deletes": False})
        ada = {"roles": ["lead", "chairs", "editors"], "scopes": ["read", "write:all"], "claims": {"sub": "ada"}, "reads": True, "creates": True,
               "deletes": False}
        assert _ask(port, "/me", Authorization="Bearer first") == (200, ada)
        bob = {"roles": [], "reads": True, "creates": True, "deletes": False}
        assert _ask(port, "/me", Authorization="Bearer second") == (200, bob)


def functions_are_given_forms_and_the_context(koine):
    _desk(koine, "given-desk")
    form = urllib.parse.urlencode({"title": "a b", "count": 7}).encode()
    typed, texts = {"title": "a b", "count": 7}, {"title": "a b", "count": "7"}
    with koine.start("serve", "given-desk", "--port", "0") as running:
        port = running.port()
        sent = "application/x-www-form-urlencoded"
        assert _ask(port, "/given", form, Content_Type=sent) == (200, {"body": typed, "form": typed, "context": {}})
        assert _ask(port, "/free", form, Content_Type=sent) == (200, {"body": texts, "form": texts, "context": {}})
        told = _ask(port, "/given", json.dumps(typed).encode(), Content_Type="application/json", Prefer="depth=2, return=minimal, other=1",
                    Content_Profile="other")
        assert told == (200, {"body": typed, "context": {"depth": "2", "return": "minimal", "schema": "other"}}), told
        assert _ask(port, "/given", Accept_Profile="other")[1]["context"] == {"schema": "other"}


def words_and_links_stand_in_the_frame(koine):
    _desk(koine, "framed-desk")
    with koine.start("serve", "framed-desk", "--port", "0") as running:
        port = running.port()
        told = _ask(port, "/name/lamp", b"")
        assert told == (201, {"this": "succeeded", "by": "naming", "the": "the lamp", "with": {"id": 1, "title": "lamp"}, "links": {"self": "/notes/1"}}), told
        assert _ask(port, "/name/bare", b"") == (200, {"this": "succeeded", "the": None, "with": {"id": 2, "title": "bare"}})
        assert _ask(port, "/notes/1") == (200, {"this": "succeeded", "the": None, "with": {"id": 1, "title": "lamp"}}), "no function, no words"


def members_that_fail_undo_what_was_written(koine):
    database = _desk(koine, "measured-desk")

    def titles():
        with sqlite3.connect(database) as connection:
            return [row[0] for row in connection.execute("SELECT title FROM note ORDER BY id")]

    json_type = {"Content_Type": "application/json"}
    with koine.start("serve", "measured-desk", "--port", "0") as running:
        port = running.port()
        assert _ask(port, "/measured", b'{"title": "lamp"}', **json_type)[1]["with"] == {"id": 1, "title": "lamp", "length": 4}
        assert _ask(port, "/measure/rope", b"")[1]["with"] == {"id": 2, "title": "rope", "length": 4}
        for path, body in (("/measured", b'{"title": "odd"}'), ("/measure/odd", b"")):
            try:
                _ask(port, path, body, **json_type)
                raise AssertionError(path)
            except urllib.error.HTTPError as problem:
                assert problem.code == 500, path
            assert titles() == ["lamp", "rope"], path


def a_function_schedules_another(koine):
    database = _desk(koine, "regular-desk")

    def ticks():
        with sqlite3.connect(database) as connection:
            return connection.execute("SELECT count(*) FROM note WHERE title = 'tick'").fetchone()[0]

    for _ in range(2):  # it outlives the server
        with koine.start("serve", "regular-desk", "--port", "0") as running:
            port = running.port()
            if ticks() == 0:
                _ask(port, "/often/1", b"")
            wanted, deadline = ticks() + 2, time.monotonic() + 20
            while ticks() < wanted and time.monotonic() < deadline:
                time.sleep(0.05)
            assert ticks() >= wanted
    with koine.start("serve", "regular-desk", "--port", "0") as running:
        _ask(running.port(), "/often/0", b"")
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT count(*) FROM koine_job").fetchone() == (0,)


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        functions_know_who_calls, functions_are_given_forms_and_the_context, words_and_links_stand_in_the_frame,
        members_that_fail_undo_what_was_written, a_function_schedules_another)]

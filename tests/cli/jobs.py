"""Jobs of an app that is served: run at least once, whatever becomes of the server."""
import json
import signal
import sqlite3
import time
import urllib.request

STEPS = 40
APP = """
app: {name: works, version: "1"}
entities:
  step: {fields: {name: text(50) unique, attempt: int}}
  job: {fields: {name: text(100), status: enum(pending|running|completed|failed|errored), error: text null}}
resources:
  steps: {entity: step, members: [id, name, attempt]}
  jobs: {entity: job, members: [id, name, status, error]}
operations:
  POST start/{call}: {call: works.start, answer: jobs, status: 202, allow: anyone}
jobs: {entity: job, name: name, status: status, error: error, every: {tick: {call: works.tick, every: 1s}}}
dialects: {main: {}}
"""
FUNCTIONS = """
function start(request) return jobs.start("works." .. request.path.call, {}) end
function long(_, job)
  for number = 1, %d do
    local name = "step " .. number
    if db.count("steps", {name = name}) == 0 then
      for _ = 1, 2000000 do end
      db.insert("steps", {name = name, attempt = job.attempt})
    end
  end
end
function shy(_, job)
  if job.attempt < 3 then problem("unavailable", {message = "Not yet."}) end
  db.insert("steps", {name = "shy", attempt = job.attempt})
end
function refused() problem("conflict", {message = "Never."}) end
function broken() return nil .. "x" end
function tick() db.upsert("steps", {name = "tick " .. time.now() // 1}, {attempt = 0}) end
""" % STEPS


def _start(port, call):
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/start/{call}", b"{}", {"Content-Type": "application/json"})) as answer:
        told = json.load(answer)
        assert answer.status == 202 and told["status"] == "pending", told
        return told["id"]


def _rows(database, question):
    with sqlite3.connect(database) as connection:
        return connection.execute(question).fetchall()


def _until(database, question, fits, seconds=30):
    end = time.monotonic() + seconds
    while not fits(rows := _rows(database, question)):
        assert time.monotonic() < end, rows
        time.sleep(0.02)
    return rows


def _ended(database, job, seconds=30):
    return _until(database, f"SELECT status, error FROM job WHERE id = {job}", lambda rows: rows[0][0] not in ("pending", "running"), seconds)[0]


def a_killed_job_is_run_again_and_goes_on(koine):
    database = koine.app("killed-works", APP, works=FUNCTIONS)
    count = "SELECT count(*) FROM step WHERE name LIKE 'step %'"
    with koine.start("serve", "killed-works", "--port", "0") as running:
        job = _start(running.port(), "long")
        _until(database, count, lambda rows: rows[0][0] >= 2)
        assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    assert _rows(database, f"SELECT status FROM job WHERE id = {job}") == [("running",)]
    done = _rows(database, count)[0][0]
    assert done < STEPS, "it was done before it was killed: the test says nothing"
    with koine.start("serve", "killed-works", "--port", "0") as running:
        running.port()
        assert _ended(database, job) == ("completed", None)
        assert running.stop(signal.SIGTERM) == 0, running.errors
    attempts = _rows(database, "SELECT attempt, count(*) FROM step WHERE name LIKE 'step %' GROUP BY attempt")
    assert attempts == [(1, done), (2, STEPS - done)], attempts


def a_server_that_stops_waits_for_its_jobs(koine):
    database = koine.app("stopped-works", APP, works=FUNCTIONS)
    with koine.start("serve", "stopped-works", "--port", "0") as running:
        job = _start(running.port(), "long")
        _until(database, f"SELECT status FROM job WHERE id = {job}", lambda rows: rows[0][0] == "running")
        assert running.stop(signal.SIGTERM) == 0, running.errors
    assert _rows(database, f"SELECT status FROM job WHERE id = {job}") == [("completed",)]


def jobs_end_as_their_functions_do(koine):
    database = koine.app("various-works", APP, works=FUNCTIONS)
    with koine.start("serve", "various-works", "--port", "0") as running:
        shy, refused, broken = (_start(running.port(), call) for call in ("shy", "refused", "broken"))
        assert _ended(database, refused) == ("failed", "Never.")
        assert _ended(database, broken)[0] == "errored"
        assert _ended(database, shy) == ("completed", None)
        assert running.stop(signal.SIGTERM) == 0, running.errors
    assert _rows(database, "SELECT attempt FROM step WHERE name = 'shy'") == [(3,)]
    assert any("works.lua:" in line for line in running.errors), running.errors


def what_is_due_again_and_again_is_one_job(koine):
    database = koine.app("regular-works", APP, works=FUNCTIONS)
    ticks = "SELECT count(*) FROM step WHERE name LIKE 'tick %'"
    for _ in range(2):
        with koine.start("serve", "regular-works", "--port", "0") as running:
            running.port()
            before = _rows(database, ticks)[0][0]
            _until(database, ticks, lambda rows: rows[0][0] >= before + 2)
            assert running.stop(signal.SIGTERM) == 0, running.errors
    assert _rows(database, "SELECT count(*) FROM koine_job WHERE schedule = 'tick'") == [(1,)]


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        a_killed_job_is_run_again_and_goes_on, a_server_that_stops_waits_for_its_jobs, jobs_end_as_their_functions_do,
        what_is_due_again_and_again_is_one_job)]

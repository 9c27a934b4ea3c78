"""Jobs: what starts them, what is answered at once, and how each ends here, where neither routers nor other servers are reached."""
import re
import time

from tests.apps.proof import URL, Proof, ask

ADMIN, READ_ONLY, OPERATOR = (f"{digit}123456789abcdef0123456789abcdef01234567" for digit in (0, 1, 4))
POLL, FIELDS = "devices.router.poll_bgp_sessions", ["id", "url", "display_url", "display", "object_type", "object_id", "name", "status", "created", "started", "completed",
                                                    "user", "data", "job_id", "output"]
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00"
proof = Proof()


def call(method, path, body=None, token=ADMIN):
    return ask(method, f"/api/{path}", body, token)


def one(path, query):
    return call("GET", f"{path}?{query}").json()["results"][0]["id"]


def ended(job):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = call("GET", f"core/jobs/{job['id']}/").json()
        if found["status"]["value"] not in ("pending", "running"):
            return found
        time.sleep(0.05)
    raise TimeoutError(f"job {job['id']} does not end")


def log(job, group="main"):
    """Level, object, page and message of each line."""
    return [tuple(line[1:]) for line in job["data"][group]["log"]]


def counted(job):
    return {level: count for level, count in job["data"]["total"].items() if count}


def started(name, answer, count=None):
    """The jobs of an answer: one, or as many as are wanted in a list."""
    proof.equal(f"{name}: is accepted", (answer.status, isinstance(answer.json(), list)), (202, count is not None))
    jobs = answer.json() if count is not None else [answer.json()]
    proof.equal(f"{name}: its jobs", len(jobs), 1 if count is None else count)
    for job in jobs:
        proof.equal(f"{name}: as it is then", (list(job), job["status"], job["data"], job["output"], job["started"], job["completed"], job["display"]),
                    (FIELDS, {"value": "pending", "label": "Pending"}, None, "", None, None, job["job_id"]))
    return jobs


def pages():
    """Each job that is alone: what starts it, its name, object, state and log."""
    router, lab, exchange, source = one("devices/routers/", "name=r1.par"), one("devices/routers/", "name=lab1.par"), one("peering/internet-exchanges/", "slug=seine-ix"), 1
    about, ix, data = ("r1.par", f"/devices/routers/{router}/"), ("Seine IX", f"/internet-exchanges/{exchange}/"), ("Templates", "/core/data-sources/1/")
    idle = ("lab1.par", f"/devices/routers/{lab}/")
    lonely = call("POST", "peering/internet-exchanges/", {"name": "Lonely IX", "slug": "lonely-ix", "local_autonomous_system": {"asn": 64500}}).json()["id"]
    cancelled = [("warning", *idle, "Router is disabled."), ("success", None, None, "Task cancelled")]
    table = (
        ("POST", f"devices/routers/{router}/poll-bgp-sessions/", POLL, ("devices.router", router), "failed",
         [("info", *about, "Polling BGP sessions state."), ("failure", *about, "Error while polling BGP sessions state.")]),
        ("POST", f"devices/routers/{lab}/poll-bgp-sessions/", POLL, ("devices.router", lab), "completed", cancelled),
        ("GET", f"devices/routers/{router}/test-napalm-connection/", "devices.router.test_napalm_connection", ("devices.router", router), "failed",
         [("info", *about, "Trying to connect..."), ("failure", *about, "Connection failure.")]),
        ("GET", f"devices/routers/{lab}/test-napalm-connection/", "devices.router.test_napalm_connection", ("devices.router", lab), "completed", cancelled),
        ("POST", f"peering/internet-exchanges/{exchange}/import-sessions/", "peering.internet_exchange.import_sessions", ("peering.internetexchange", exchange), "failed",
         [("info", *ix, "Trying to import peering sessions."), ("info", *ix, "Found 2 connections."), ("failure", *ix, "Connection failure.")]),
        ("POST", f"peering/internet-exchanges/{lonely}/import-sessions/", "peering.internet_exchange.import_sessions", ("peering.internetexchange", lonely), "completed",
         [("info", "Lonely IX", f"/internet-exchanges/{lonely}/", "Trying to import peering sessions."),
          ("success", "Lonely IX", f"/internet-exchanges/{lonely}/", "No usable connections.")]),
        ("POST", f"core/data-sources/{source}/synchronise/", "core.datasource.synchronisation", ("core.datasource", source), "failed",
         [("info", *data, "Starting data source synchronisation"), ("failure", *data, "Failed to synchronise data source.")]),
    )
    for method, path, name, about_what, state, lines in table:
        job = started(f"{method} {path}", call(method, path))[0]
        proof.equal(f"{path}: what it is", (job["name"], job["object_type"], job["object_id"], job["user"]["username"]), (name, *about_what, "admin"))
        done = ended(job)
        proof.equal(f"{path}: how it ends", (done["status"]["value"], log(done)), (state, lines))
        levels = [line[0] for line in lines]
        proof.equal(f"{path}: its levels are counted", counted(done), {level: levels.count(level) for level in set(levels)})
        proof.check(f"{path}: its times", *[f"{line[0]} is no time" for line in done["data"]["main"]["log"] if not re.fullmatch(TIME, line[0])],
                    not done["created"] <= done["started"] <= done["completed"] and f"{done['created']} {done['started']} {done['completed']}")
        proof.equal(f"{path}: it is found by its object", done["id"] in [one["id"] for one in call("GET", f"core/jobs/?object_type={about_what[0]}&object_id={about_what[1]}").json()["results"]], True)
    proof.equal("a source that could not be read says so", call("GET", "core/data-sources/1/").json()["status"]["value"], "failed")


def states():
    """The state of a source while its job waits; jobs without a page of their object."""
    rest = started("peeringdb/cache/update-local", call("POST", "peeringdb/cache/update-local/"))[0]
    done = ended(rest)
    proof.equal("it is about all of a kind", (rest["object_type"], rest["object_id"]), ("peeringdb.synchronisation", None))
    proof.equal("PeeringDB is not reached", (done["name"], done["status"]["value"], log(done)),
                ("peeringdb.synchronise", "failed", [("info", None, None, "Synchronising PeeringDB local data."), ("failure", None, None, "PeeringDB cannot be reached.")]))
    proof.equal("nothing of it is lost", call("GET", "peeringdb/cache/statistics/").json()["net-count"], 6)


def many():
    """Actions that start a job for each router."""
    every = {row["name"]: row["id"] for row in call("GET", "devices/routers/").json()["results"]}

    def routers(path, token=ADMIN, body=None, count=0):
        jobs = started(path, call("POST", path, body, token), count)
        return [job["object_id"] for job in jobs], [ended(job) for job in jobs]

    at_seine = one("peering/internet-exchanges/", "slug=seine-ix")
    found, done = routers(f"peering/internet-exchanges/{at_seine}/poll-bgp-sessions/", OPERATOR, count=2)
    proof.equal("an exchange's routers", (found, {job["name"] for job in done}, {job["user"]["username"] for job in done}), ([every["r1.par"], every["r2.par"]], {POLL}, {"operator"}))
    made = call("POST", "peering/autonomous-systems/", {"asn": 65010, "name": "Somebody"}).json()["id"]
    routers(f"peering/autonomous-systems/{made}/poll-bgp-sessions/", count=0)
    group = call("POST", "peering/bgp-groups/", {"name": "Tasks", "slug": "tasks"}).json()["id"]
    routers(f"peering/bgp-groups/{group}/poll-bgp-sessions/", count=0)
    own = one("peering/autonomous-systems/", "asn=64500")
    base = {"local_autonomous_system": own, "autonomous_system": made, "relationship": 1, "bgp_group": group}
    for address, router in (("192.0.2.200/32", "r1.osl"), ("192.0.2.201/32", "r1.osl"), ("192.0.2.202/32", "r1.waw"), ("192.0.2.203/32", None)):
        proof.equal(f"a session on {router}", call("POST", "peering/direct-peering-sessions/", {**base, "ip_address": address, "router": every.get(router)}).status, 201)
    for path in (f"peering/autonomous-systems/{made}/poll-bgp-sessions/", f"peering/bgp-groups/{group}/poll-bgp-sessions/"):
        proof.equal(f"{path}: each router once", sorted(routers(path, count=2)[0]), sorted([every["r1.osl"], every["r1.waw"]]))
    connection = call("GET", "net/connections/?vlan=601").json()["results"][0]["id"]
    call("POST", "peering/internet-exchange-peering-sessions/", {"autonomous_system": made, "ixp_connection": connection, "ip_address": "192.0.2.99"})
    proof.equal("those at exchanges, too", sorted(routers(f"peering/autonomous-systems/{made}/poll-bgp-sessions/", count=3)[0]), sorted(every[name] for name in ("r1.par", "r1.osl", "r1.waw")))
    for path, name, status, message in (("configure", "devices.router.set_napalm_configuration", "failed", "Failed to install configuration."),
                                        ("push-datasource", "devices.router.push_to_data_source", "completed", "No data source and file to push configuration to")):
        found, done = routers(f"devices/routers/{path}/", body={"routers": [every["r1.osl"], 99999, every["r1.par"]], "commit": True}, count=2)
        proof.equal(f"{path}: those that there are", (sorted(found), {(job["name"], job["status"]["value"], log(job)[-1][-1]) for job in done}), (sorted([every["r1.osl"], every["r1.par"]]), {(name, status, message)}))
        for body, status, told in (({"routers": []}, 400, ["routers list must not be empty"]), ({}, 400, {"routers": ["This field is required."]}),
                                   ({"routers": 1}, 400, {"routers": ["Expected a list of items but got type \"int\"."]}), ({"routers": [1], "commit": "x"}, 400, {"commit": ["Must be a valid boolean."]})):
            answer = call("POST", f"devices/routers/{path}/", body)
            proof.equal(f"{path} of {body}", (answer.status, answer.json()), (status, told))
        found = call("POST", f"devices/routers/{path}/", {"routers": [*range(10001, 11500), every["r1.osl"]]})
        proof.equal(f"{path}: one among many", (found.status, [job["object_id"] for job in found.json()]), (202, [every["r1.osl"]]))
        proof.equal(f"{path}: of none that there is", ((answer := call("POST", f"devices/routers/{path}/", {"routers": [99999]})).status, answer.body), (404, b""))
    idle = call("POST", "devices/platforms/", {"name": "Unmanaged", "slug": "unmanaged"}).json()["id"]
    call("PATCH", f"devices/routers/{every['r1.waw']}/", {"platform": idle})
    done = ended(started("a router without a driver", call("POST", f"devices/routers/{every['r1.waw']}/poll-bgp-sessions/"))[0])
    proof.equal("nothing is tried there", (done["status"]["value"], [line[-1] for line in log(done)]), ("completed", ["Router's platform has no NAPALM driver.", "Task cancelled"]))


def kept():
    """Jobs are only read; each has an id of its own."""
    rows = call("GET", "core/jobs/?limit=0").json()["results"]
    proof.equal("their ids are their own", len({row["job_id"] for row in rows}), len(rows))
    proof.equal("each has its page", {row["url"] == f"{URL}/api/core/jobs/{row['id']}/" for row in rows}, {True})
    for method in ("POST", "PATCH", "DELETE"):
        proof.equal(f"nobody may {method} them", call(method, f"core/jobs/{'' if method == 'POST' else '1/'}", {}).status, 405)
    proof.equal("the newest comes first", [row["created"] for row in rows] == sorted((row["created"] for row in rows), reverse=True), True)


for scenario in (pages, states, many, kept):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

"""What users' templates make: e-mails, exports, configurations of routers."""
import time

from tests.apps.proof import Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS, EMAIL, EXPORT, ROUTER = "peering/autonomous-systems/", "messaging/emails/", "extras/export-templates/", "devices/routers/"
REQUIRED = "This field is required."
proof = Proof()


def call(method, path, body=None):
    return ask(method, f"/api/{path}", body, ADMIN)


def one(path, query):
    return call("GET", f"{path}?{query}").json()["results"][0]["id"]


def made(path, **fields):
    return call("POST", path, fields).json()["id"]


def expect(name, answer, status, body):
    proof.equal(name, (answer.status, answer.json() if answer.body else b""), (status, body))


def rendered(path):
    """The job of that path when it has ended."""
    job, until = call("GET", path).json(), time.monotonic() + 20
    while job["status"]["value"] in ("pending", "running") and time.monotonic() < until:
        time.sleep(0.05)
        job = call("GET", f"core/jobs/{job['id']}/").json()
    return job


def emails():
    own, network = one(AS, "asn=64500"), one("peeringdb/networks/", "asn=64603")
    path, both = f"{AS}{own}/generate-email/", "peeringdb/networks/render-email/"
    asked = made(EMAIL, name="Asked", subject="AS{{ autonomous_system.asn }} to {{ network.name if network else 'all' }}",
                 template="{% for one in affiliated_autonomous_systems %}{{ one.asn }}\n{% endfor %}{{ autonomous_system.tags[0].slug }} {{ network.policy_general if network else '-' }}")
    tight = made(EMAIL, name="Tight", subject="x", template="w\n  {% if true %}\n  y\n  {% endif %}\nz", jinja2_trim=True, jinja2_lstrip=True)
    loose = made(EMAIL, name="Loose", subject="x", template="w\n  {% if true %}\n  y\n  {% endif %}\nz")
    broken = made(EMAIL, name="Broken", subject="{{ 'fine' }}", template="a\n{% if %}")
    bare = made(EMAIL, name="Bare", subject="{{ nothing }}", template="{{ nothing }}-{{ autonomous_system.__class__ }}")
    wrong = made(EMAIL, name="Wrong", subject="x", template="{{ nothing.at.all }}")
    table = (
        (asked, "AS64500 to all", "64500\n64501\ncore -"), (tight, "x", "w\n  y\nz"), (loose, "x", "w\n  \n  y\n  \nz"),
        (broken, "fine", "Syntax error in template at line 2: unexpected end of block"), (bare, "", "-"), (wrong, "x", "Error in template at line 1: undefined value"),
    )
    for email, subject, body in table:
        expect(f"e-mail {email}", call("POST", path, {"email": email}), 200, {"subject": subject, "body": body})
    expect("an e-mail that is not there", call("POST", path, {"email": 99999}), 404, b"")
    expect("to a network", call("POST", both, {"email": asked, "autonomous_system": own, "network": network}), 200, {"subject": "AS64500 to Nimbus Compute", "body": "64500\n64501\ncore Open"})
    for body, told in (({}, {"email": [REQUIRED]}), ({"email": "x"}, {"email": ["A valid biginteger is required."]}), ({"email": None}, {"email": ["This field may not be null."]})):
        expect(f"an e-mail of {body}", call("POST", path, body), 400, told)
    expect("a network's needs three keys", call("POST", both, {}), 400, {name: [REQUIRED] for name in ("email", "autonomous_system", "network")})
    for lacking in ("email", "autonomous_system", "network"):
        expect(f"no such {lacking}", call("POST", both, {"email": asked, "autonomous_system": own, "network": network, lacking: 99999}), 404, b"")


def exports():
    numbers = "".join(f"{row['asn']}\n" for row in call("GET", f"{AS}?limit=0").json()["results"])
    listed = one(EXPORT, "name=ASNs")
    expect("all numbers", call("GET", f"{EXPORT}{listed}/render-synchronous/"), 200, {"rendered": numbers})
    job = rendered(f"{EXPORT}{listed}/render/")
    proof.equal("by a job", (job["name"], job["status"]["value"], job["object_type"], job["output"]), ("extras.exporttemplate.render", "completed", "extras.exporttemplate", numbers))
    proof.equal("with its log", [line[1:] for line in job["data"]["main"]["log"]],
                [[level, "ASNs", f"/extras/export-templates/{listed}/", message] for level, message in (("info", "Rendering export template."), ("success", "Export template rendered."))])
    nothing = made(EXPORT, name="Nothing", content_type="net.bfd", template="{% for one in dataset if one.name == 'x' %}{{ one }}{% endfor %}")
    job = rendered(f"{EXPORT}{nothing}/render/")
    proof.equal("nothing is made", (job["status"]["value"], job["output"], [line[-1] for line in job["data"]["main"]["log"]]),
                ("completed", "", ["Rendering export template.", "No export (or empty) generated.", "Export template rendered."]))
    types = ("bgp.community bgp.relationship core.datasource devices.configuration devices.platform devices.router extras.journalentry messaging.contact messaging.contactrole "
             "messaging.email net.bfd net.connection peering.autonomoussystem peering.bgpgroup peering.directpeeringsession peering.internetexchange "
             "peering.internetexchangepeeringsession peering.routingpolicy").split()
    for content_type in types:
        count = made(EXPORT, name=f"Count of {content_type}", content_type=content_type, template="{{ dataset|length }} {{ dataset[0].id }}")
        answer = call("GET", f"{EXPORT}{count}/render-synchronous/").json()["rendered"].split()
        proof.check(f"{content_type} is exported", len(answer) != 2 and answer, answer[0] == "0" and "none")
    words = made(EXPORT, name="Words", content_type="devices.router", template="{% for one in dataset %}{{ one.status }} {{ one.platform.slug }},{% endfor %}")
    shown = call("GET", f"{EXPORT}{words}/render-synchronous/").json()["rendered"].split(",")
    proof.equal("choices are their words", sorted(shown)[1:], sorted(f"{row['status']['value']} {row['platform']['slug']}" for row in call("GET", ROUTER).json()["results"]))
    endless = made(EXPORT, name="Endless", content_type="net.bfd", template="{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}")
    proof.check("a template that does not end is stopped", (answer := call("GET", f"{EXPORT}{endless}/render-synchronous/")).status < 400 and answer.text)
    job = rendered(f"{EXPORT}{endless}/render/")
    proof.equal("so is its job", job["status"]["value"] in ("failed", "errored"), True)


def configurations():
    router, bare = one(ROUTER, "name=r1.par"), one(ROUTER, "name=lab1.par")
    job = rendered(f"{ROUTER}{bare}/configuration/")
    proof.equal("no template: nothing", (job["status"]["value"], job["output"], [line[1:] for line in job["data"]["main"]["log"]]),
                ("completed", "", [[level, "lab1.par", f"/devices/routers/{bare}/", message] for level, message in (
                    ("info", "Rendering router configuration."), ("info", "No configuration (or empty) generated."), ("success", "Router configuration rendered."))]))
    call("PATCH", f"{ROUTER}{router}/", {"configuration_template": made("devices/configurations/", name="All of it", jinja2_trim=True, template=(
        "host {{ router.hostname }} {{ router.platform.slug }} {{ router.status }} {{ router.config_context.snmp.location }}\n"
        "as {{ local_as.asn }}\n"
        "{% for group in bgp_groups %}\ngroup {{ group.slug }}\n{% endfor %}\n"
        "{% for ixp in internet_exchange_points %}\nixp {{ ixp.slug }}\n{% endfor %}\n"
        "peers {{ autonomous_systems|map(attribute='asn')|join(' ') }}\n"
        "communities {{ communities|length }}\n"
        "policies {{ routing_policies|map(attribute='slug')|join(' ') }}\n"
        "{% for session in internet_exchange_peering_sessions[:1] %}\nneighbor {{ session.ip_address }} as {{ session.autonomous_system.asn }}\n{% endfor %}\n"
        "direct {{ direct_peering_sessions|length }}\n"))})
    sessions = call("GET", f"peering/internet-exchange-peering-sessions/?limit=0&ixp_connection_id={call('GET', 'net/connections/?vlan=601').json()['results'][0]['id']}").json()["results"]
    direct = call("GET", f"peering/direct-peering-sessions/?limit=0&router_id={router}").json()["results"]
    peers = sorted({one["autonomous_system"]["asn"] for one in sessions + direct})
    groups = sorted({one["bgp_group"]["slug"]: one["bgp_group"]["name"] for one in direct if one["bgp_group"]}.items(), key=lambda pair: pair[1])
    job = rendered(f"{ROUTER}{router}/configuration/")
    lines = job["output"].splitlines()
    proof.equal("what the router is", lines[:2], ["host r1.par.example.net juniper-junos enabled Paris", "as 64500"])
    proof.equal("its groups", [line for line in lines if line.startswith("group ")], [f"group {slug}" for slug, _ in groups])
    proof.equal("its exchanges", [line for line in lines if line.startswith("ixp ")], ["ixp seine-ix"])
    proof.equal("its peers", [line for line in lines if line.startswith("peers ")], [f"peers {' '.join(map(str, peers))}"])
    proof.equal("all communities", f"communities {call('GET', 'bgp/communities/').json()['count']}" in lines, True)
    proof.check("the policies of what it has", *[f"{slug} lacks" for slug in ("accept-peers", "announce-own") if not any(line.startswith("policies ") and slug in line.split() for line in lines)])
    proof.equal("its sessions", (any(line.startswith("neighbor ") for line in lines), f"direct {len(direct)}" in lines), (True, True))
    proof.equal("and how it ended", (job["status"]["value"], job["data"]["main"]["log"][-1][1:], job["data"]["output"]["log"][0][-1]),
                ("completed", ["success", "r1.par", f"/devices/routers/{router}/", "Router configuration rendered."], job["output"]))


for scenario in (emails, exports, configurations):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

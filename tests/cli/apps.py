"""koine check, koine new, koine migrate, the schema of an app's files."""
import json
import re
import signal
import sqlite3
import urllib.error
import urllib.request

from tests.support.databases import ROOT


def a_new_app_is_sound(koine):
    ended = koine.call("new", "notes")
    assert (ended.code, ended.err) == (0, ""), (ended.code, ended.err)
    folder = koine.folder / "notes"
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "app.yaml", "data"]
    ended = koine.call("check", "notes")
    assert (ended.code, ended.out, ended.err) == (0, "2 entities, 2 resources, no mistakes\n", ""), (ended.code, ended.out, ended.err)
    before = (folder / "app.yaml").read_bytes()
    ended = koine.call("new", "notes")
    assert ended.code == 3 and "is there already" in ended.err and (folder / "app.yaml").read_bytes() == before, (ended.code, ended.err)


def functions_are_checked_with_the_app(koine):
    koine.app("deeds", "entities:\n  note: {fields: {title: text(9)}}\nresources:\n  notes: {entity: note, members: [id, title]}\n"
              "operations:\n  POST act: {call: deeds.act}\n  POST art: {call: deeds.art}\n",
              deeds='function act()\n  return db.trusted("for all").count("notes") + cont\nend\n')
    folder = koine.folder / "deeds"
    script = folder / "operations" / "deeds.lua"
    for command, code in (("check", 1), ("serve", 3)):
        ended = koine.call(command, "deeds")
        told = ended.out + ended.err
        assert ended.code == code and "app.yaml:7:3: there is no function deeds.art; did you mean deeds.act?" in told, (command, ended.code, told)
        assert "operations/deeds.lua:2: nobody defines cont" in told, (command, told)
    assert not (folder / ".koine").exists()
    script.write_text(script.read_text().replace(" + cont", "") + "function art() end\n")
    ended = koine.call("check", "deeds")
    assert ended.code == 0 and "operations/deeds.lua:2: acts without rules (db.trusted)\n" in ended.out, (ended.code, ended.out)


SALES = """
app: {name: sales, version: "1"}
entities:
  shop: {fields: {name: text(20) unique}}
  sale: {fields: {shop: ref(shop), year: int, amount: decimal(8.2)}}
resources:
  shops: {entity: shop, members: [id, name], at: {"GET {id}/years": {sql: years}}}
operations:
  GET reports/{kind}: {sql: by_shop, query: {since-year: "int = 0", names: "list(text) null"}}
  POST reports: {sql: totals, body: {year: int}, allow: anyone}
  GET lua: {call: deeds.lua}
dialects: {main: {}}
"""
BY_SHOP = """-- per shop
SELECT s.name AS shop, count(*) AS sales, sum(a.amount) AS total, :kind AS kind, :user AS caller
FROM sale a JOIN shop s ON s.id = a.shop_id
WHERE a.year >= :since_year AND (:names IS NULL OR s.name IN (SELECT value FROM json_each(:names)))
GROUP BY s.id ORDER BY s.name
"""


def _answer(url, **request):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, **request)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def statements_are_checked_and_served(koine):
    folder = koine.folder / "sales"
    (folder / "operations").mkdir(parents=True)
    (folder / "data").mkdir()
    files = {name: folder / "operations" / name for name in ("by_shop.sql", "years.sql", "totals.sql", "deeds.lua")}
    (folder / "app.yaml").write_text(SALES)
    (folder / "data" / "rows.yaml").write_text("shop: [{name: a}, {name: b}]\nsale:\n- {shop: a, year: 2025, amount: 1.5}\n"
                                               "- {shop: a, year: 2026, amount: 2}\n- {shop: b, year: 2026, amount: 3}\n")
    files["deeds.lua"].write_text('function lua() return db.sql("totals", {year = 2026}) end\n')
    files["by_shop.sql"].write_text(BY_SHOP.replace("s.name", "s.nam", 1).replace(":since_year", ":since"))
    files["years.sql"].write_text("SELECT DISTINCT year FROM sale WHERE shop_id = :id ORDER BY year;\n")
    files["totals.sql"].write_text("DELETE FROM sale")
    for command, code in (("check", 1), ("serve", 3)):
        ended = koine.call(command, "sales")
        told = ended.out + ended.err
        assert ended.code == code and "sales/operations/by_shop.sql:2:8: there is no column nam; did you mean name?" in told, (command, told)
        assert "sales/operations/totals.sql:1:1: only reads are taken" in told, (command, told)
    files["by_shop.sql"].write_text(BY_SHOP.replace(":since_year", ":since"))
    files["totals.sql"].write_text("SELECT count(*) AS n, sum(amount) AS total FROM sale WHERE year = :year")
    ended = koine.call("check", "sales")
    assert ended.code == 1 and "sales/operations/by_shop.sql:4: :since is given by nothing of reports/{kind}" in ended.out, ended.out
    assert "sales/app.yaml:9:46: sales/operations/by_shop.sql takes no :since_year; it takes :kind, :user, :since, :names" in ended.out, ended.out
    assert not (folder / ".koine").exists()
    files["by_shop.sql"].write_text(BY_SHOP)
    ended = koine.call("check", "sales")
    assert ended.code == 0 and "sales/operations/totals.sql:1: acts without rules (a statement)\n" in ended.out, (ended.code, ended.out)
    with koine.start("serve", "sales", "--port", "0", "--max-rows", "2") as running:
        base = f"http://127.0.0.1:{running.port()}/"
        a = {"shop": "a", "sales": 2, "total": 3.5, "kind": "all", "caller": None}
        b = {"shop": "b", "sales": 1, "total": 3, "kind": "all", "caller": None}
        for path, want in (("reports/all", [a, b]), ("reports/all?names=b", [b]), ("reports/all?names=x", []),
                           ("reports/all?since-year=2026", [{**a, "sales": 1, "total": 2}, b]), ("shops/1/years", [{"year": 2025}, {"year": 2026}]),
                           ("lua", [{"n": 2, "total": 5}])):
            assert _answer(base + path) == (200, want), (path, _answer(base + path))
        assert _answer(base + "reports", data=b'{"year": 2025}', headers={"Content-Type": "application/json"}) == (200, [{"n": 1, "total": 1.5}])
        assert _answer(base + "shops/9/years")[0] == 404
        assert _answer(base + "reports/all?since-year=x")[0] == 400
        assert _answer(base + "reports", data=b"{}", headers={"Content-Type": "application/json"})[0] == 400
        database = sqlite3.connect(folder / ".koine" / "app.db")
        database.execute("INSERT INTO sale(shop_id, year, amount) VALUES (1, 2024, '1')")
        database.commit()
        database.close()
        status, text = _answer(base + "shops/1/years")
        assert status == 400 and "2" in text, (status, text)


def _serves(koine, folder):
    """It starts and stops; what the database holds of the first note then."""
    with koine.start("serve", folder, "--port", "0") as running:
        running.port()
        assert running.stop(signal.SIGTERM) == 0, running.errors
    database = sqlite3.connect(koine.folder / folder / ".koine" / "app.db")
    database.row_factory = sqlite3.Row
    row = dict(database.execute("SELECT * FROM note").fetchone())
    database.close()
    return row


def _migrate(koine, code, *words):
    ended = koine.call("migrate", *words)
    assert ended.code == code, (words, ended.code, ended.out, ended.err)
    return ended.out if code == 0 else ended.err


def a_changed_app_is_migrated(koine):
    assert koine.call("new", "changing").code == 0
    files, database = koine.folder / "changing" / "app.yaml", koine.folder / "changing" / ".koine" / "app.db"
    before = files.read_text()
    assert "is not there yet" in _migrate(koine, 0, "changing") and not database.exists()
    assert _serves(koine, "changing")["title"] == "First note"
    assert "nothing is to be done" in _migrate(koine, 0, "changing")
    assert "nothing is to be done" in _migrate(koine, 0, "changing", "--apply")

    files.write_text(before.replace("      title: text(200)\n", "      title: text(200)\n      stars: int = 3\n"))
    shown = _migrate(koine, 0, "changing")
    assert "stars" in shown and "loses" not in shown, shown
    assert _migrate(koine, 0, "changing") == shown, "showing it has changed it"
    assert _migrate(koine, 0, "changing", "--apply") == shown + "done\n"
    assert "nothing is to be done" in _migrate(koine, 0, "changing")
    assert _serves(koine, "changing")["stars"] == 3

    files.write_text(before)
    shown = _migrate(koine, 0, "changing")
    assert "stars" in shown and "-- loses data" in shown, shown
    assert "--allow-loss" in _migrate(koine, 3, "changing", "--apply")
    ended = koine.call("serve", "changing", "--port", "0")
    assert ended.code == 3 and "koine migrate changing" in ended.err, (ended.code, ended.err)
    assert _migrate(koine, 0, "changing", "--allow-loss") == shown, "without --apply nothing is done"
    assert _migrate(koine, 0, "changing", "--apply", "--allow-loss") == shown + "done\n"
    row = _serves(koine, "changing")
    assert row["title"] == "First note" and "stars" not in row, row


def a_database_elsewhere_is_migrated(koine):
    assert koine.call("new", "elsewhere").code == 0
    assert "2 sample rows" in _migrate(koine, 0, "elsewhere", "--store", "rows-elsewhere.db", "--apply")
    assert not (koine.folder / "elsewhere" / ".koine").exists()
    assert "nothing is to be done: rows-elsewhere.db" in _migrate(koine, 0, "elsewhere", "--store", "rows-elsewhere.db")


RATES = """
app: {name: rates, version: "1", dialect: drf}
entities:
  shop: {fields: {name: text(20) unique, share: decimal(6.3)}, order: [name]}
  rate:
    fields: {value: decimal(30.6) null, net: interface null, gate: ip unique, shop: ref(shop) null set_null}
resources:
  shops: {entity: shop, members: [id, name, share], endpoints: [crud]}
  rates:
    entity: rate
    members: [id, value, net, gate, shop]
    filters: [value, net, gate, {share: shop.share}]
    endpoints: [crud]
"""
RATE_ROWS = """
shop:
- {id: 1, name: a, share: 18}
- {id: 2, name: b, share: 4.2}
rate:
- {id: 1, value: 4.2, net: 10.0.0.0/8, gate: 10.0.0.1, shop: 1}
- {id: 2, value: 18.0, net: 9.0.0.1, gate: 9.0.0.1, shop: 2}
- {id: 3, value: -3.5, net: "2001:db8::1/32", gate: "2001:db8::1"}
- {id: 4, value: "123456789012345678901234.000001", net: 10.0.0.9/16, gate: 192.0.2.1, shop: 2}
- {id: 5, value: "123456789012345678901234.000002", net: 10.0.0.0/16, gate: 192.0.2.10, shop: 1}
- {id: 6, gate: 192.0.2.9}
"""


def decimals_and_addresses_compare_by_value(koine):
    folder = koine.folder / "rates"
    (folder / "data").mkdir(parents=True)
    (folder / "app.yaml").write_text(RATES)
    (folder / "data" / "rows.yaml").write_text(RATE_ROWS)
    with koine.start("serve", "rates", "--port", "0") as running:
        base = f"http://127.0.0.1:{running.port()}/rates/?limit=0&"

        def ids(query):
            with urllib.request.urlopen(base + query) as answer:
                return [row["id"] for row in json.load(answer)["results"]]

        def all_of(*wanted):
            for query, want in wanted:
                assert ids(query) == want, (query, ids(query), want)

        all_of(("value__lt=5", [1, 3]), ("value__gt=4.2", [2, 4, 5]), ("value__gte=4.20", [1, 2, 4, 5]), ("value__lte=-3.5000000001", []),
               ("value__gt=-3.5000000001", [1, 2, 3, 4, 5]), ("value=18", [2]), ("value=18.0000000000", [2]), ("value__n=18", [1, 3, 4, 5, 6]),
               ("value=4.2&value=-3.50", [1, 3]), ("value__gt=123456789012345678901234.000001", [5]), ("value__lt=1e30", [1, 2, 3, 4, 5]),
               ("share__lt=5", [2, 4]), ("share=18", [1, 5]), ("net=9.0.0.1/32", [2]), ("gate=2001:DB8:0::1", [3]), ("gate__n=9.0.0.1", [1, 3, 4, 5, 6]),
               ("ordering=value", [3, 1, 2, 4, 5, 6]), ("ordering=-value", [6, 5, 4, 2, 1, 3]), ("ordering=gate", [2, 1, 4, 6, 5, 3]),
               ("ordering=net", [2, 1, 5, 4, 3, 6]), ("ordering=-net", [6, 3, 4, 5, 1, 2]))
        # What another program leaves there: written otherwise, and none.
        database = sqlite3.connect(folder / ".koine" / "app.db")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), "any program can check it"
        database.execute("UPDATE rate SET value = '18' WHERE id = 2")
        database.execute("UPDATE rate SET value = 'many', net = 'home' WHERE id = 1")
        database.commit()
        database.close()
        all_of(("value=18", [2]), ("value__lt=5", [3]), ("ordering=value", [3, 2, 4, 5, 1, 6]), ("ordering=net", [2, 5, 4, 3, 1, 6]))


def every_mistake_has_its_place(koine):
    folder = koine.folder / "broken"
    (folder / "data").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "proof").mkdir()
    for ignored in ("data/rows.yaml", ".hidden/x.yaml", "proof/x.yaml", "notes.txt"):
        (folder / ignored).write_text("nonsense: [1]\n")
    (folder / "a.yaml").write_text("entities:\n  thing: {fields: {size: intt, name: text(10) uniqe}}\n")
    (folder / "b.yaml").write_text("entities:\n  thing: {fields: {}}\nresources:\n  things: {entity: thing, members: [size, nmae]}\n")
    ended = koine.call("check", "broken")
    assert (ended.code, ended.err) == (1, ""), (ended.code, ended.err)
    assert ended.out.splitlines() == [
        'broken/a.yaml:2:26: unknown type "intt"; did you mean "int"?',
        'broken/a.yaml:2:47: unknown flag "uniqe"; did you mean "unique"?',
        'broken/b.yaml:2:3: entities "thing" is written twice: also in broken/a.yaml:2:3',
        'broken/b.yaml:4:43: thing has no field "nmae"; did you mean "name"?'], ended.out


def an_answer_that_nobody_declares_is_told(koine):
    koine.app("undeclared", "entities:\n  note: {fields: {title: text(9)}}\noperations:\n  GET act: {call: deeds.act}\n  GET any: {call: deeds.act, answer: any}\n"
              "  GET wrong: {call: deeds.act, answer: nothing}\n  GET none: {call: deeds.none, answer: nothing}\n",
              deeds="function act() return {1} end\nfunction none() end\n")
    ended = koine.call("check", "undeclared")
    assert ended.code == 0 and ended.out.splitlines()[0] == (
        "undeclared/app.yaml:4:3: answers with what documents do not know: say answer, if only any or nothing") and ended.out.count("answers") == 1, ended.out
    with koine.start("serve", "undeclared", "--port", "0") as running:
        base = f"http://127.0.0.1:{running.port()}/"
        assert _answer(base + "any") == (200, [1])
        with urllib.request.urlopen(base + "none") as answer:
            assert (answer.status, answer.read()) == (200, b"")
        assert _answer(base + "wrong")[0] == 500


def warnings_stand_beside_the_answer(koine):
    koine.app("warned", "entities:\n  note: {fields: {size: int}}\nresources:\n  notes: {entity: note, members: [size], allow: {create: anyone}}\n"
              "operations:\n  POST add: {call: deeds.add, body: {size: int}, answer: notes, allow: anyone}\n"
              "dialects: {main: {envelope: {item: {data: $item, notes~: $warnings}, list: $items}}}\n",
              deeds='function add(request)\n  if request.body.size > 5 then warn("large:", request.body.size, {1}) end\n'
                    '  return db.insert("notes", {size = request.body.size})\nend\n')
    with koine.start("serve", "warned", "--port", "0") as running:
        for size, want in ((3, {"data": {"size": 3}}), (7, {"data": {"size": 7}, "notes": ["large: 7 [1]"]}), (4, {"data": {"size": 4}})):
            told = _answer(f"http://127.0.0.1:{running.port()}/add", data=b'{"size": %d}' % size, headers={"Content-Type": "application/json"})
            assert told == (200, want), told


def what_cannot_be_served_is_told_before(koine):
    folder = koine.folder / "unserved"
    (folder / "data").mkdir(parents=True)
    app = "entities:\n  item: {fields: {stock: int(0..9) = 0, twice: {type: int, computed: stock * 2}}}\nresources:\n  items: {entity: item, members: [id, stock], filters: [%s]}\n"
    rows = folder / "data" / "rows.yaml"
    rows.write_text("item:\n- {stock: 1}\n")
    (folder / "app.yaml").write_text(app % "twice")
    ended = koine.call("check", "unserved")
    assert (ended.code, ended.out) == (1, 'unserved/app.yaml:4:57: "twice" is worked out, it cannot be compared\n'), (ended.code, ended.out)
    (folder / "app.yaml").write_text(app % "stock")
    assert koine.call("check", "unserved").code == 0
    rows.write_text("item:\n- {stock: 1, name: none}\n")
    ended = koine.call("check", "unserved")
    assert (ended.code, ended.out) == (1, 'unserved/data/rows.yaml:2:14: unknown field of item "name"; known are stock\n'), (ended.code, ended.out)
    assert not (folder / ".koine").exists()


def mistakes_cannot_steer_the_terminal(koine):
    path = koine.file("odd.yaml", 'entities:\n  "a\\e[31mb": {fields: {x: int}}\n"\\e[2J": 1\n')
    ended = koine.call("check", path)
    assert ended.code == 1 and "\033" not in ended.out, ended.out


def the_schema_is_the_committed_one(koine):
    ended = koine.call("check", "--schema")
    assert ended.code == 0 and ended.err == ""
    committed = (ROOT / "docs/app.schema.json").read_text(encoding="utf-8")
    assert ended.out == committed, "write it anew: koine check --schema >docs/app.schema.json"


def the_schema_names_only_what_it_defines(koine):
    text = koine.call("check", "--schema").out
    schema = json.loads(text)
    named = set(re.findall(r'"#/\$defs/([^"]+)"', text))
    assert named == set(schema["$defs"]), named ^ set(schema["$defs"])


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        a_new_app_is_sound, functions_are_checked_with_the_app, statements_are_checked_and_served, a_changed_app_is_migrated, a_database_elsewhere_is_migrated, decimals_and_addresses_compare_by_value,
        every_mistake_has_its_place, an_answer_that_nobody_declares_is_told, warnings_stand_beside_the_answer,
        what_cannot_be_served_is_told_before,
        mistakes_cannot_steer_the_terminal, the_schema_is_the_committed_one, the_schema_names_only_what_it_defines)]

"""The reading scenarios of the Proof through PyPI's `postgrest` (py), numbered as there. One JSON line a test, for run.py to count."""
import asyncio
import json
import os
import traceback

from postgrest import AsyncPostgrestClient, SyncPostgrestClient
from postgrest.exceptions import APIError

BASE = os.environ["KOINE_URL"]
client = SyncPostgrestClient(BASE, schema="public")


def ids(answer):
    return [row["id"] for row in answer.data]


def fails(code, call, **members):
    """Asserts that the call raises an APIError of this code."""
    try:
        answer = call()
    except APIError as fault:
        assert fault.code == code, f"code {fault.code}, wanted {code}: {fault.message}"
        for key, value in members.items():
            assert value in str(getattr(fault, key)), f"{key} is {getattr(fault, key)!r}"
        return
    raise AssertionError(f"no error, but {answer!r}")


def artist(*columns, **options):
    return client.from_("artist").select(*columns, **options)


def test_1_two_columns():
    assert artist("id", "name").order("id").limit(2).execute().data == [{"id": 1, "name": "Abba"}, {"id": 2, "name": "Björk"}]


def test_2_a_counted_range():
    answer = artist("id", count="exact").order("id").range(0, 1).execute()
    assert (ids(answer), answer.count) == ([1, 2], 5), answer


def test_3_head():
    answer = artist("*", count="exact", head=True).execute()
    assert answer.count == 5, answer


def test_4_beyond_the_end():
    fails("PGRST103", artist("id", count="exact").range(50, 60).execute, details="only 5 rows")
    assert artist("id").range(50, 60).execute().data == []


def test_5_single():
    assert artist("id", "name").eq("id", 1).single().execute().data == {"id": 1, "name": "Abba"}
    fails("PGRST116", artist("*").eq("id", 99).single().execute, details="0 rows")


def test_6_maybe_single():
    assert artist("*").eq("id", 99).maybe_single().execute() is None
    assert artist("id").eq("id", 1).maybe_single().execute().data == {"id": 1}
    try:
        artist("*").maybe_single().execute()
    except APIError:
        return
    raise AssertionError("five rows are no error")


def test_7_csv():
    assert artist("id", "name").order("id").limit(2).csv().execute().data == "id,name\n1,Abba\n2,Björk"


def test_8_in_with_quotes():
    assert ids(artist("id").in_("name", ["Abba", "a,b", 'x"y']).execute()) == [1]


def test_9_or_and_not():
    assert ids(artist("id").or_("id.eq.1,and(country.eq.DE,rating.is.null)").order("id").execute()) == [1, 3]
    assert ids(artist("id").not_.in_("name", ["Abba", "Can"]).order("id").execute()) == [2, 4, 5]
    assert ids(artist("id").not_.or_("id.eq.1,id.eq.2").order("id").execute()) == [3, 4, 5]


def test_10_like():
    assert ids(artist("id").ilike("name", "%BJÖ%").execute()) == [2]
    assert ids(artist("id").like("name", "a%").execute()) == []
    assert ids(artist("id").like_any_of("name", "A%,C%").order("id").execute()) == [1, 3]


def test_12_is():
    assert ids(artist("id").is_("active", "null").execute()) == [4]
    assert ids(artist("id").is_("active", "true").order("id").execute()) == [1, 2, 5]
    fails("42804", artist("id").is_("id", "true").execute)


def test_13_json_paths():
    assert ids(artist("id").eq("meta->>label", "Polar").execute()) == [1]


def test_14_containment():
    assert ids(artist("id").contains("meta", {"n": 3}).execute()) == [1]
    fails("42883", artist("id").contains("tags", ["pop"]).execute, message="text @> unknown")


def test_16_order_of_nulls():
    assert ids(artist("id").order("rating", desc=True).execute()) == [3, 2, 1, 5, 4]
    assert ids(artist("id").order("rating", desc=True, nullsfirst=False).execute()) == [2, 1, 5, 4, 3]
    assert ids(artist("id").order("rating", nullsfirst=True).execute()) == [3, 4, 5, 1, 2]


def test_23_schemas():
    fails("PGRST106", SyncPostgrestClient(BASE, schema="zzz").from_("artist").select("*").execute)
    assert ids(SyncPostgrestClient(f"{BASE}/rest/v1", schema="public").from_("artist").select("id").eq("id", 1).execute()) == [1]


def test_25_embeds():
    data = client.from_("album").select("title", "artist(name)").order("id").execute().data
    assert data[0] == {"title": "Arrival", "artist": {"name": "Abba"}} and data[5] == {"title": "Orphan", "artist": None}, data
    answer = client.from_("album").select("id", "artist!inner(name)", count="exact").order("id").execute()
    assert (ids(answer), answer.count) == ([1, 2, 3, 4, 5], 5)


def test_27_order_and_limit_of_embeds():
    data = artist("id", "album(id)").order("id").order("id", desc=True, foreign_table="album").limit(1, foreign_table="album").execute().data
    assert [[album["id"] for album in row["album"]] for row in data] == [[2], [4], [5], [], []], data


def test_30_ambiguous():
    fails("PGRST201", client.from_("orders").select("ref", "address(city)").execute, hint="orders_billing_fk")


def test_37_no_relationship():
    fails("PGRST200", client.from_("album").select("id", "artst(name)").execute, hint="artist")


def test_61_unknown_table():
    fails("PGRST205", client.from_("nosuch").select("*").execute)


def test_61_unknown_table_on_head_by_proxy_status():
    fails("PGRST205", client.from_("nosuch").select("*", head=True, count="exact").execute)


def test_61_unknown_function():
    fails("PGRST202", client.rpc("nosuch", {"a": 1}).execute)


def test_61_explain():
    fails("PGRST107", artist("*").explain(format="text").execute)


def test_62_wrong_value():
    fails("22P02", artist("*").eq("id", "x").execute, message='invalid input syntax for type integer: "x"')


def test_63_writes():
    for call in (client.from_("w").insert({"name": "x"}), client.from_("w").insert([{"name": "x"}, {"qty": 1}]),
                 client.from_("w").update({"qty": 1}).eq("id", 1), client.from_("w").delete().eq("id", 1), client.from_("w").upsert({"id": 1})):
        fails("25006", call.execute)


def test_64_odd_names():
    assert client.from_("Odd Name").select('"my id"').eq("my, name", "c2").execute().data == [{"my id": 2}]
    assert client.from_("Größe").select("id").eq("Länge", 20).execute().data == [{"id": 2}]
    assert client.from_("playlist").select("id").eq("sel,ect", "plain").execute().data == [{"id": 2}]


def test_async_twin():
    async def ask():
        async with AsyncPostgrestClient(BASE, schema="public") as twin:
            answers = await asyncio.gather(*(twin.from_("track").select("id").eq("id", n).execute() for n in range(1, 41)))
            return [ids(answer) for answer in answers]
    assert asyncio.run(ask()) == [[n] for n in range(1, 41)]


def run_all(names, before=lambda: None):
    """Runs the functions of `names` that are tests, each after `before`."""
    tests = [(name, body) for name, body in names.items() if name.startswith("test_")]
    for name, body in tests:
        faults = []
        try:
            before()
            body()
        except Exception as fault:  # pylint: disable=broad-except
            faults = [f"{type(fault).__name__}: {fault}", traceback.format_exc(limit=-1)]
        print(json.dumps({"name": name[5:].replace("_", " "), "faults": faults}), flush=True)
    print(json.dumps({"done": len(tests)}), flush=True)


if __name__ == "__main__":
    run_all(globals())

"""The writing scenarios of the Proof through PyPI's `postgrest` (py), numbered as there, on a server with --write."""
import asyncio
import os

from postgrest import AsyncPostgrestClient, SyncPostgrestClient

from postgrest_py import fails, ids, run_all

BASE = os.environ["KOINE_URL"]
client = SyncPostgrestClient(BASE, schema="public")
ROWS = [{"id": 1, "name": "one", "qty": 1, "code": "C1", "genre_id": 1}, {"id": 2, "name": "two", "qty": 2, "code": "C2", "genre_id": None},
        {"id": 3, "name": "three", "qty": None, "code": None, "genre_id": 2}]
PAIRS = [{"a": 1, "b": 1, "v": "one"}, {"a": 1, "b": 2, "v": "two"}, {"a": 2, "b": 1, "v": "three"}]


def w():
    return client.from_("w")


def w2():
    return client.from_("w2")


def rows():
    return w().select("*").order("id").execute().data


def begin():
    """The rows of the proof."""
    w().delete().gte("id", 0).execute()
    w().insert(ROWS).execute()
    w2().delete().gte("a", 0).execute()
    w2().insert(PAIRS).execute()


def test_48_insert_shows_the_row():
    assert w().insert({"name": "new"}).execute().data == [{"id": 4, "name": "new", "qty": 5, "code": None, "genre_id": None}]


def test_48_insert_minimal():
    assert w().insert({"name": "new"}, returning="minimal").execute().data == []
    assert len(rows()) == 4


def test_48_insert_counted():
    answer = w().insert([{"name": "a"}, {"name": "b"}], count="exact").execute()
    assert (ids(answer), answer.count) == ([4, 5], 2), answer


def test_41_missing_members():
    assert [row["qty"] for row in w().insert([{"name": "a", "qty": 1}, {"name": "b"}]).execute().data] == [1, None]
    assert [row["qty"] for row in w().insert([{"name": "a", "qty": 1}, {"name": "b"}], default_to_null=False).execute().data] == [1, 5]


def test_42_constraints():
    fails("23505", w().insert({"id": 1, "name": "x"}).execute, details="Key (id)=(1) already exists.")
    fails("23503", w().insert({"name": "x", "genre_id": 999}).execute, message="w_genre_id_fkey")
    fails("23502", w().insert({"name": None}).execute)
    fails("23514", w().insert({"name": "x", "qty": -1}).execute, message="w_qty_check")
    fails("22P02", w().insert({"name": "x", "qty": "many"}).execute)
    fails("PGRST204", w().insert({"name": "x", "nocol": 1}).execute)
    fails("428C9", client.from_("gen").insert({"a": 1, "b": 2}).execute)
    assert rows() == ROWS


def test_43_upsert():
    assert w2().upsert([{"a": 1, "b": 2, "v": "TWO"}, {"a": 5, "b": 5, "v": "new"}]).execute().data == \
        [{"a": 1, "b": 2, "v": "TWO"}, {"a": 5, "b": 5, "v": "new"}]
    assert w2().upsert([{"a": 1, "b": 2, "v": "x"}], ignore_duplicates=True).execute().data == []
    assert ids(w().upsert({"code": "C2", "name": "dos"}, on_conflict="code").execute()) == [2]
    fails("42P10", w().upsert({"name": "one"}, on_conflict="name").execute)
    fails("21000", w2().upsert([{"a": 7, "b": 7, "v": "x"}, {"a": 7, "b": 7, "v": "y"}]).execute)


def test_48_update():
    assert w().update({"qty": 3}).eq("id", 1).execute().data == [{**ROWS[0], "qty": 3}]
    assert w().update({"qty": 3}).eq("id", 99).execute().data == []
    assert w().update({"qty": 4}, returning="minimal").eq("id", 1).execute().data == []
    assert w().update({"qty": 9}, count="exact").in_("id", [1, 2]).execute().count == 2


def test_48_delete():
    assert w().delete().eq("id", 1).execute().data == [ROWS[0]]
    assert w().delete(returning="minimal").eq("id", 2).execute().data == []
    assert ids(w().delete().or_("id.eq.3,id.eq.4").execute()) == [3]
    assert rows() == []
    fails("23503", client.from_("genre").delete().eq("id", 1).execute, details="still referenced")


def test_46_max_affected():
    fails("PGRST124", w().update({"qty": 8}).gte("id", 0).max_affected(1).execute, details="3 rows")
    assert rows() == ROWS
    assert len(w().update({"qty": 8}).eq("id", 1).max_affected(1).execute().data) == 1


def test_64_odd_names():
    odd = client.from_("Odd Name")
    odd.delete().gt("my id", 2).execute()
    assert odd.insert([{"my id": 9, "my, name": "a", "dotted.name": "b"}]).execute().data[0]["dotted.name"] == "b"
    assert client.from_("Odd Name").update({"paren(s)": "x"}).eq("my, name", "a").execute().data[0]["my id"] == 9
    assert client.from_("Größe").upsert({"id": 9, "Länge": 30}).execute().data[0]["Länge"] == 30
    assert client.from_("Größe").delete().eq("id", 9).execute().data[0]["Länge"] == 30


def test_async_twin():
    async def ask():
        async with AsyncPostgrestClient(BASE, schema="public") as twin:
            await asyncio.gather(*(twin.from_("w2").insert({"a": 100 + n, "b": n, "v": "x"}).execute() for n in range(40)))
    asyncio.run(ask())
    assert len(w2().select("a").gte("a", 100).execute().data) == 40


if __name__ == "__main__":
    run_all(globals(), begin)

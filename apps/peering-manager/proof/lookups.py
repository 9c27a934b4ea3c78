"""Made-up filters against a plain scan of all rows: up to three parameters, each with one or two values, and every lookup that their fields take."""
import random
from urllib.parse import urlencode

from tests.apps.proof import Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS = "/api/peering/autonomous-systems/"
TIMES = 400
NUMBERS = {"": lambda row, value: row == value, "lt": lambda row, value: row < value, "lte": lambda row, value: row <= value,
           "gt": lambda row, value: row > value, "gte": lambda row, value: row >= value}
# An n before one of these is its opposite; ordinary lookups do not find what is null, their opposites do.
TEXTS = {"": lambda row, value: row == value, "ic": lambda row, value: value.lower() in row.lower(), "isw": lambda row, value: row.lower().startswith(value.lower()),
         "iew": lambda row, value: row.lower().endswith(value.lower()), "ie": lambda row, value: row.lower() == value.lower()}
FIELDS = {"asn": NUMBERS, "ipv4_max_prefixes": NUMBERS, "name": TEXTS, "irr_as_set": TEXTS}
proof = Proof()
rows = ask("GET", f"{AS}?limit=0", token=ADMIN).json()["results"]
choose = random.Random(20)


def value_for(field):
    """Mostly a value that some row has, or a piece of one, with the case changed; sometimes what none has."""
    value = choose.choice([row[field] for row in rows if row[field] is not None])
    if isinstance(value, int):
        return value + choose.choice((0, 0, 0, 1, -1))
    start = choose.randrange(len(value))
    value = choose.choice((value, value[:start + 1], value[start:], value[start:start + 2], "%", "_", "é"))
    return choose.choice((value, value.upper(), value.lower())).strip() or "x"


def condition():
    """A parameter, its values, and which rows it holds for."""
    field = choose.choice(list(FIELDS))
    lookup = choose.choice(list(FIELDS[field]))
    negated = choose.random() < 0.3 and (FIELDS[field] is TEXTS or lookup == "")
    values = [value_for(field) for _ in range(choose.choice((1, 1, 2)))]
    holds = FIELDS[field][lookup]
    suffix = f"n{lookup}" if negated else lookup

    def matches(row):
        return negated != (row[field] is not None and any(holds(row[field], value) for value in values))
    return field + (f"__{suffix}" if suffix else ""), values, matches


def compare():
    wrong, found, seen = [], 0, set()
    for _ in range(TIMES):
        asked = {parameter: (values, matches) for parameter, values, matches in (condition() for _ in range(choose.choice((1, 2, 2, 3))))}
        seen |= set(asked)
        query = urlencode([(parameter, value) for parameter, (values, _) in asked.items() for value in values])
        want = [row["asn"] for row in rows if all(matches(row) for _, matches in asked.values())]
        answer = ask("GET", f"{AS}?{query}&fields=asn&limit=0", token=ADMIN)
        got = [row["asn"] for row in answer.json()["results"]] if answer.status == 200 else answer.text
        found += 0 < len(want) < len(rows)
        if got != want:
            wrong.append(f"?{query}: {got}, not {want}")
    proof.check(f"{TIMES} made-up filters find what a plain scan does", wrong[:5])
    proof.check("many of them find some and not all", found < TIMES / 3 and f"only {found}")
    every = {field + (f"__{prefix}{lookup}" if prefix or lookup else "") for field, lookups in FIELDS.items() for lookup in lookups
             for prefix in (("", "n") if lookups is TEXTS or not lookup else ("",))}
    proof.equal("every lookup was among them", sorted(every - seen), [])


proof.run("to its end", compare)
proof.close()

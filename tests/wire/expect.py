"""Holds an answer against a case's expectations and says, in legible lines, where it falls short."""
import difflib
import json
import re

# What no answer to a stranger may hold, whatever the request was.
LEAKS = ("sqlite", "SQL logic", "no such column", "no such table", "syntax error near", 'near "', "json_each(", "ROW_NUMBER", "std::",
         ".cpp", "/src/", "/home/", "/tmp/", "/usr/", "what():", "SELECT ", "FROM `")
ERROR_MEMBERS = {"code", "message", "details", "hint"}


def faults_of(case, answer, against=False):
    """Every way in which `answer` differs from what `case` expects. With `against`, only what PostgREST 12 has too."""
    faults = []
    for word, argument in case.expectations:
        fault = CHECKS[word](answer, argument, against)
        if fault:
            faults += fault if isinstance(fault, list) else [fault]
    if answer.status >= 400:
        faults += [f"the body leaks {leak!r}" for leak in LEAKS
                   if leak in answer.text and leak not in (case.target or "") and not against]
    if faults:
        faults.append(f"answer: {answer.status} {answer.headers}")
        faults.append(f"body: {answer.text[:1500]}")
    return faults


def same(want, got):
    """JSON equality that tells true from 1 and text from number; 4 and 4.0 are one number."""
    if isinstance(want, bool) or isinstance(got, bool):
        return want is got
    if isinstance(want, (int, float)) and isinstance(got, (int, float)):
        return want == got
    if type(want) is not type(got):
        return False
    if isinstance(want, dict):
        return want.keys() == got.keys() and all(same(want[key], got[key]) for key in want)
    if isinstance(want, list):
        return len(want) == len(got) and all(map(same, want, got))
    return want == got


def within(want, got):
    """Like `same`, but objects may hold more than is wanted."""
    if isinstance(want, dict) and isinstance(got, dict):
        return all(key in got and within(want[key], got[key]) for key in want)
    if isinstance(want, list) and isinstance(got, list):
        return len(want) == len(got) and all(map(within, want, got))
    return same(want, got)


def squeeze(text):
    """Removes the white space between JSON tokens."""
    return re.sub(r'("(?:[^"\\]|\\.)*")|\s+', lambda match: match.group(1) or "", text)


def diff(want, got):
    show = lambda value: json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).splitlines()
    return "\n".join(["the body differs (- wanted, + got):"] + list(difflib.unified_diff(show(want), show(got), lineterm="", n=2))[2:])


def parsed(answer):
    try:
        return json.loads(answer.body.decode("utf-8"), parse_constant=_no_constant), None
    except (ValueError, UnicodeDecodeError) as fault:
        return None, f"the body is no JSON: {fault}"


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def check_status(answer, argument, against):
    wanted = [int(text) for text in argument.split("|")]
    return None if answer.status in wanted else f"status {answer.status}, wanted {argument}"


def check_header(answer, argument, against):
    name, value = argument
    got = answer.all(name)
    return None if got == [value] else f"{name} is {got}, wanted {value!r}"


def check_matches(answer, argument, against):
    name, pattern = argument
    got = answer.header(name)
    return None if got is not None and re.search(pattern, got) else f"{name} is {got!r}, wanted ~ {pattern}"


def check_missing(answer, argument, against):
    return f"{argument} is {answer.all(argument)}, wanted none" if answer.all(argument) else None


def check_json(answer, argument, against):
    got, fault = parsed(answer)
    want = json.loads(argument)
    return fault or (None if same(want, got) else diff(want, got))


def check_subset(answer, argument, against):
    got, fault = parsed(answer)
    want = json.loads(argument)
    return fault or (None if within(want, got) else diff(want, got))


def check_exact(answer, argument, against):
    want, got = squeeze(argument), squeeze(answer.text)
    return None if want == got else f"body differs:\n- {want}\n+ {got}"


def members(answer, name):
    rows, fault = parsed(answer)
    if fault:
        return None, fault
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None, "the body is no array of objects"
    if not all(name in row for row in rows):
        return None, f"a row lacks the member {name!r}"
    return [row[name] for row in rows], None


def check_ids(answer, argument, against):
    got, fault = members(answer, "id")
    want = [int(text) for text in argument.split()]
    return fault or (None if same(want, got) else f"ids {got}, wanted {want}")


def check_column(answer, argument, against):
    name, _, values = argument.partition(" ")
    got, fault = members(answer, name)
    want = json.loads(values)
    return fault or (None if same(want, got) else f"{name} {got}, wanted {want}")


def check_keys(answer, argument, against):
    try:
        rows = json.loads(answer.body.decode("utf-8"), object_pairs_hook=lambda pairs: [key for key, _ in pairs])
        got = rows[0]
    except (ValueError, IndexError, KeyError) as fault:
        return f"no first row: {fault}"
    want = argument.split()
    return None if got == want else f"keys {got}, wanted {want}"


def check_count(answer, argument, against):
    got, fault = parsed(answer)
    return fault or (None if isinstance(got, list) and len(got) == int(argument) else f"{argument} rows wanted, got {str(got)[:200]}")


def check_empty(answer, argument, against):
    return f"{len(answer.body)} bytes of body, wanted none" if answer.body else None


def check_body(answer, argument, against):
    want = "\n".join(argument)
    if want == answer.text:
        return None
    return "\n".join(["the body differs (- wanted, + got):"] +
                     list(difflib.unified_diff(want.split("\n"), answer.text.split("\n"), lineterm="", n=2))[2:])


def check_contains(answer, argument, against):
    return None if argument in answer.text else f"the body lacks {argument!r}"


def check_absent(answer, argument, against):
    return f"the body holds {argument!r}" if argument in answer.text else None


def check_error(answer, argument, against):
    code, _, message = argument.partition(" ")
    got, fault = parsed(answer)
    if fault:
        return fault
    if not isinstance(got, dict) or set(got) != ERROR_MEMBERS:
        return f"not the four members of an error: {got}"
    faults = []
    if got["code"] != code:
        faults.append(f"code {got['code']}, wanted {code}")
    if message.startswith("~ "):
        if not re.search(message[2:], str(got["message"])):
            faults.append(f"message {got['message']!r}, wanted {message}")
    elif message and got["message"] != message:
        faults.append(f"message {got['message']!r}, wanted {message!r}")
    elif not isinstance(got["message"], str) or not got["message"]:
        faults.append("the message is no text")
    if not isinstance(got["hint"], (str, type(None))):
        faults.append("the hint is neither text nor null")
    if not against:
        faults += filter(None, [
            check_header(answer, ("Content-Type", "application/json; charset=utf-8"), against),
            check_matches(answer, ("Proxy-Status", rf"\bPostgREST; error={re.escape(code)}$"), against)])
    return faults


def error_member(name):
    def check(answer, argument, against):
        got, fault = parsed(answer)
        if fault or not isinstance(got, dict) or name not in got:
            return fault or f"the error has no {name}"
        if argument.startswith("~ "):
            return None if re.search(argument[2:], str(got[name])) else f"{name} {got[name]!r}, wanted {argument}"
        want = json.loads(argument)
        return None if same(want, got[name]) else f"{name} {got[name]!r}, wanted {want!r}"
    return check


CHECKS = {
    "status": check_status, "header": check_header, "matches": check_matches, "missing": check_missing, "json": check_json,
    "subset": check_subset, "exact": check_exact, "ids": check_ids, "column": check_column, "keys": check_keys, "count": check_count,
    "empty": check_empty, "body": check_body, "contains": check_contains, "absent": check_absent, "error": check_error,
    "details": error_member("details"), "hint": error_member("hint"), "closed": lambda *_: None, "differs": lambda *_: None,
    "stored": lambda *_: None, "unchanged": lambda *_: None,
}

#!/usr/bin/env python3
"""Writes jinja2_table.inc: what Jinja2 itself (pip install jinja2==3.1.*) makes of the templates of jinja_test.cpp's table.

A line of it is TEMPLATE(name, flags, source, wanted); flags: t(rim) l(strip) k(eep) a(utoescape). Run by hand, when a template is added."""
import json
import pathlib
import sys

import jinja2

CONTEXT = {
    "name": "World", "n": 42, "x": 3.5, "yes": True, "no": False, "nothing": None, "empty": "", "zero": 0,
    "big": 123456789012345678901234567890, "html": "<a href=\"x\">'&'</a>", "words": "the quick brown fox", "unicode": "Zürich ☃",
    "items": [3, 1, 2], "names": ["b", "A", "c"], "nested": {"a": {"b": [1, {"c": "deep"}]}}, "map": {"z": 1, "a": "two", "m": None},
    "users": [{"name": "ann", "age": 30, "admin": True}, {"name": "bob", "age": 25, "admin": False}, {"name": "cid", "age": 30, "admin": False}],
    "as": {"asn": 64500, "name": "Example", "irr": ["AS-EX"], "peers": {"ipv4": 3, "ipv6": 2}}, "lines": "one\ntwo\n\nthree", "tree": [{"v": 1, "kids": [{"v": 2, "kids": []}]}],
}
LOADED = {
    "part": "[{{ name }}]", "macros": "{% macro hi(who, mark='!') %}hi {{ who }}{{ mark }}{% endmacro %}{% set answer = 42 %}",
    "base": "<{% block title %}base{% endblock %}|{% block body %}{% endblock %}>",
}
# name, source[, flags]
TEMPLATES = [
    ("text", "plain text, no braces: { } %"), ("variable", "Hello {{ name }}!"), ("undefined", "[{{ missing }}]"),
    ("attribute", "{{ nested.a.b[1].c }} {{ nested['a']['b'][0] }}"), ("missing_attribute", "[{{ map.nope }}]"),
    ("true_false_none", "{{ yes }} {{ no }} {{ nothing }} {{ true }} {{ none }}"), ("floats", "{{ x }} {{ 1.0 }} {{ 1e16 }} {{ 0.00001 }} {{ 1/3 }} {{ 10/2 }}"),
    ("arithmetic", "{{ n + 1 }} {{ n - 50 }} {{ n * 2 }} {{ n // 5 }} {{ n % 5 }} {{ 2 ** 10 }} {{ -n }}"), ("big_integer", "{{ big }} {{ big + 1 }}"),
    ("list", "{{ items }} {{ names }} {{ [] }} {{ [1, 'a', none, true, 2.5] }}"), ("dict", "{{ map }} {{ {} }} {{ {'a': [1]} }}"), ("repr_quotes", "{{ [\"it's\", 'q\"', 'both\\'\"'] }}"),
    ("concatenate", "{{ 'a' ~ 1 ~ name }}"), ("repeat", "{{ '-' * 5 }}"), ("comparison", "{{ n > 41 }} {{ n == 42 and x < 4 }} {{ not yes }} {{ 1 < 2 < 3 }}"),
    ("in", "{{ 'quick' in words }} {{ 3 in items }} {{ 'z' in map }} {{ 9 not in items }}"), ("ternary", "{{ 'y' if yes else 'n' }}{{ 'y' if no }}"),
    ("slice", "{{ words[0:3] }} {{ items[1:] }} {{ items[-1] }} {{ words[:-3] }}"), ("slice_backwards", "{{ names[::-1] }}"), ("comment", "a{# nothing #}b"), ("raw", "{% raw %}{{ not }} {% this %}{% endraw %}"),
    ("if", "{% if no %}a{% elif n == 42 %}b{% else %}c{% endif %}"), ("for", "{% for i in items %}{{ i }},{% endfor %}"), ("for_else", "{% for i in [] %}x{% else %}none{% endfor %}"),
    ("for_if", "{% for u in users if u.admin %}{{ u.name }}{% endfor %}"), ("for_pairs", "{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}"), ("for_dict", "{% for k in map %}{{ k }};{% endfor %}"),
    ("loop", "{% for i in items %}{{ loop.index }}/{{ loop.length }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.first }} {{ loop.last }} {{ loop.cycle('o','e') }};{% endfor %}"),
    ("loop_neighbours", "{% for i in items %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {% endfor %}"), ("loop_changed", "{% for u in users %}{{ loop.changed(u.age) }} {% endfor %}"),
    ("recursive", "{% for t in tree recursive %}{{ t.v }}{% if t.kids %}({{ loop(t.kids) }}){% endif %}{% endfor %}"), ("range", "{{ range(3)|list }} {{ range(2, 8, 3)|list }} {{ range(5, 0, -2)|list }}"),
    ("loop_scope", "{% set a = 1 %}{% for i in items %}{% set a = i %}{% endfor %}{{ a }}"), ("namespace", "{% set ns = namespace(t=0) %}{% for i in items %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}"),
    ("set_block", "{% set b %}<{{ name }}>{% endset %}{{ b }}{{ b|length }}"), ("with", "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}"), ("filter_block", "{% filter upper %}abc {{ name }}{% endfilter %}"),
    ("macro", "{% macro m(a, b='x') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(a=3, b=4) }}"), ("call", "{% macro m(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call m('b') %}in{% endcall %}"),
    ("include", "a{% include 'part' %}b"), ("include_missing", "a{% include 'none' ignore missing %}b"), ("import", "{% import 'macros' as m %}{{ m.hi('you') }}{{ m.answer }}"),
    ("from_import", "{% from 'macros' import hi as h %}{{ h('me', '?') }}"), ("extends", "{% extends 'base' %}{% block title %}my {{ super() }}{% endblock %}{% block body %}B{% endblock %}"),
    ("minus", "a  {%- if yes -%}  b  {%- endif -%}  c {{- name -}} d"), ("newline_end", "line\n"), ("keep_newline_end", "line\n", "k"),
    ("trim_blocks", "{% for i in items %}\n{{ i }}\n{% endfor %}\nend", "t"), ("lstrip_blocks", "a\n    {% if yes %}\n  b\n    {% endif %}\nc", "l"),
    ("trim_lstrip", "<ul>\n  {% for i in items %}\n  <li>{{ i }}</li>\n  {% endfor %}\n</ul>\n", "tl"), ("plus_keeps", "a\n  {%+ if yes %}b{% endif +%}\nc", "tl"),
    ("autoescape", "{{ html }} {{ html|safe }} {{ '<b>' }} {{ items }}", "a"), ("escape", "{{ html|e }} {{ html|escape|escape }}"), ("autoescape_block", "{% autoescape true %}{{ html }}{% endautoescape %}"),
    ("upper_lower", "{{ words|upper }} {{ 'ABC'|lower }} {{ words|title }} {{ 'aBC'|capitalize }}"), ("trim", "[{{ '  a '|trim }}] [{{ 'xxaxx'|trim('x') }}]"),
    ("replace", "{{ words|replace('quick', 'slow') }} {{ 'aaa'|replace('a', 'b', 2) }}"), ("length", "{{ words|length }} {{ items|count }} {{ map|length }} {{ unicode|length }}"),
    ("default", "{{ missing|default('d') }} {{ empty|default('d', true) }} {{ nothing|d('d') }} {{ empty|default('e', boolean=true) }}"),
    ("join", "{{ items|join('-') }} {{ names|join }} {{ users|join(', ', attribute='name') }} {{ [1, none, true]|join('/') }}"),
    ("sort", "{{ items|sort }} {{ names|sort }} {{ names|sort(case_sensitive=true) }} {{ items|sort(reverse=true) }} {{ users|sort(attribute='age')|map(attribute='name')|list }}"),
    ("first_last", "{{ items|first }} {{ items|last }} {{ words|first }}"), ("min_max", "{{ items|min }} {{ items|max }} {{ items|sum }}"), ("sum_attribute", "{{ users|sum(attribute='age') }} {{ items|sum(start=10) }}"),
    ("map_select", "{{ items|map('string')|list }} {{ items|select('odd')|list }} {{ items|reject('gt', 2)|list }} {{ users|selectattr('admin')|map(attribute='name')|list }} {{ users|rejectattr('age', 'equalto', 30)|map(attribute='name')|join }}"),
    ("groupby", "{% for age, group in users|groupby('age') %}{{ age }}:{{ group|map(attribute='name')|join(',') }};{% endfor %}"), ("unique", "{{ [1, 2, 1]|unique|list }} {{ ['a', 'A']|unique|list }}"),
    ("dictsort", "{% for k, v in map|dictsort %}{{ k }}={{ v }};{% endfor %}"), ("items_filter", "{% for k, v in map|items %}{{ k }}{% endfor %}"), ("reverse", "{{ items|reverse|list }} {{ 'abc'|reverse }}"),
    ("batch_slice", "{{ [1,2,3,4,5]|batch(2, 0)|list }} {{ [1,2,3,4,5]|slice(2)|list }}"), ("int_float", "{{ '42'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ '0x1f'|int(base=16) }} {{ 3.9|int }} {{ '1.5'|float }} {{ 'x'|float }}"),
    ("round", "{{ 42.55|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, 'floor') }} {{ 2.5|round }} {{ x|round(0, 'ceil')|int }}"), ("abs", "{{ -3|abs }} {{ (-3.5)|abs }}"),
    ("string", "{{ n|string ~ 'x' }} {{ yes|string }} {{ nothing|string }} {{ items|string }}"), ("format", "{{ '%s-%05d-%.2f-%x|%-5s|%%'|format('a', 42, x, 255, 'l') }}"),
    ("indent", "{{ lines|indent }}|{{ lines|indent(2, true) }}|{{ lines|indent(2, blank=true) }}"), ("truncate", "{{ words|truncate(9) }} {{ words|truncate(9, true) }} {{ words|truncate(11, false, '!', 0) }}"),
    ("center", "[{{ 'ab'|center(7) }}]"), ("wordcount", "{{ words|wordcount }}"), ("striptags", "{{ '<p>a  <b>c</b></p>'|striptags }}"), ("urlencode", "{{ 'a b/ü?'|urlencode }}"),
    ("tojson", "{{ map|tojson }} {{ items|tojson }} {{ html|tojson }} {{ unicode|tojson }} {{ nothing|tojson }}"), ("tojson_indent", "{{ {'a': [1, 2], 'b': {} }|tojson(indent=2) }}"), ("braces_together", "{{ {'b': {}}|tojson }}"),
    ("filesizeformat", "{{ 1000000|filesizeformat }}"), ("attr", "{{ as|attr('nope')|default('none') }}"), ("tests", "{{ n is even }} {{ n is divisibleby 7 }} {{ missing is defined }} {{ missing is undefined }} {{ nothing is none }} {{ name is string }} {{ n is number }} {{ items is iterable }} {{ map is mapping }} {{ n is integer }} {{ x is float }} {{ yes is boolean }}"),
    ("tests_more", "{{ n is not odd }} {{ n is eq 42 }} {{ n is in [41, 42] }} {{ n is sameas n }} {{ 'a' is lower }} {{ n is gt 3 }}"), ("methods", "{{ words.split() }} {{ words.upper() }} {{ ' a '.strip() }} {{ 'a,b'.split(',') }} {{ words.startswith('the') }} {{ words.replace('the', 'a') }} {{ 'abc'.find('c') }}"),
    ("methods_more", "{{ 'a'.ljust(3) }}| {{ 'a'.rjust(3, '.') }} {{ '7'.zfill(3) }} {{ '-'.join(['a', 'b']) }} {{ 'abc'.endswith('c') }} {{ 'Ab'.title() }}"), ("dict_methods", "{{ map.get('a') }} {{ map.get('q', 'dflt') }} {{ map.keys()|list }} {{ map.values()|list }}"),
    ("cycler_joiner", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{% set j = joiner(', ') %}{% for i in items %}{{ j() }}{{ i }}{% endfor %}"), ("dict_call", "{{ dict(a=1, b='x') }}"),
    ("precedence", "{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ not no and yes }} {{ 2 * 3|abs }}"), ("escapes", "{{ 'a\\n\\tb' }} {{ \"\\u2603\" }}"), ("unicode", "{{ unicode|upper }} ☃"),
    ("bgp_config", "{% for af in ['ipv4', 'ipv6'] %}\n{%- if as.peers[af] %}\nneighbor {{ af }} as {{ as.asn }} count {{ as.peers[af] }} set {{ as.irr|join(' ') }}\n{%- endif %}\n{%- endfor %}\n"), ("mail", "Dear AS{{ as.asn }} - {{ as.name }},\n\n{% for u in users %}* {{ u.name|capitalize }} ({{ u.age }})\n{% endfor %}\nBye\n"),
    ("concatenate_bool", "{{ 'x' ~ none ~ true }}"), ("tuple", "{{ (1, 2) }} {{ (1,) }}"), ("percent_format", "{{ '%s' % n }}"), ("str_format", "{{ '{} {}'.format(1, 2) }}"), ("append", "{% set l = [] %}{% set _ = l.append(1) %}{{ l }}"),
    ("do", "{% set l = [1] %}{% do l %}"), ("wordwrap", "{{ words|wordwrap(9) }}"), ("keys_view", "{{ map.keys() }}"), ("integer_beyond", "{{ 2 ** 200 }}"), ("list_add", "{{ [1] + [2] }} {{ 'a' + 'b' }}"),
    ("xmlattr", "<a{{ {'id': 1}|xmlattr }}>"), ("line_statement", "# for x in y"), ("pprint", "{{ items|pprint }}"), ("generator", "{{ items|map('abs')|first }}"),
]


def raw(text):
    return 'R"~~(' + text + ')~~"'


def main():
    rows = []
    for name, source, *flags in TEMPLATES:
        flags = flags[0] if flags else ""
        environment = jinja2.Environment(
            trim_blocks="t" in flags, lstrip_blocks="l" in flags, keep_trailing_newline="k" in flags, autoescape="a" in flags, loader=jinja2.DictLoader(LOADED))
        try:
            wanted = environment.from_string(source).render(CONTEXT)
        except Exception as error:  # what Jinja2 refuses
            wanted = "refused: " + type(error).__name__
        rows.append(f'TEMPLATE("{name}", "{flags}", {raw(source)}, {raw(wanted)})\n')
    head = f"// What Jinja2 {jinja2.__version__} makes of these (jinja2_table.py writes this file).\n"
    head += f'TABLE_CONTEXT({raw(json.dumps(CONTEXT, ensure_ascii=False))})\n'
    head += "".join(f'LOADED("{name}", {raw(text)})\n' for name, text in LOADED.items())
    pathlib.Path(__file__).with_name("jinja2_table.inc").write_text(head + "".join(rows))
    print(len(rows), "templates", file=sys.stderr)


main()

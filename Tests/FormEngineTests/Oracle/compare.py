#!/usr/bin/env python3
"""Compares the form engine with JavaRosa, answer by answer.

  compare.py --javarosa DIR [--xls2xform CMD] [--gridwalk FILE] [--seeds N] [--steps N] FORM.csv ...

DIR holds ODK_Validate.jar (from the pyxform wheel) and a compiled JRDriver; both
engines speak the same JSON lines (`gridwalk forms drive --help`). With --gridwalk,
both fill in each form in lockstep: random answers, right and wrong ones,
instances added and taken away, and after every step all values, types,
relevance, required and readonly flags, constraints and pages must be the same.
Without it, only the table of expressions in ExpressionTests.swift is put to
JavaRosa. Prints how often the two agreed, by operation, and exits 1 when
anything differs that is not a known deviation (Forms/DEVIATIONS.md).
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Expressions on which JavaRosa is known to answer differently (Forms/DEVIATIONS.md).
KNOWN = {
    "string-length(${s})", "substr(${s}, 1, 2)", "substr(${s}, 2)",  # UTF-16 units
    "translate(${s}, '𠮷', '吉')", "regex(${s}, 'a.b')",
    "/data/row[2]/v", "uuid()", "random()", "today()", "now()", "string(now())", "${d} <= today()",
    "format-date-time(now(), '%H:%M:%S.%3 %h')",  # of the moment, or random
    "decimal-date-time('2026-01-31T08:00:00+08:00')",  # JavaRosa runs in UTC here
    "date(decimal-date-time(date('2000-03-01')))",
    "once('a')",  # needs a field of its own
    "join(',', ${row}/v, 'z')",  # several nodes as one value
}


class Engine:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env=dict(os.environ, TZ="UTC"))

    def send(self, command):
        self.process.stdin.write(json.dumps(command, ensure_ascii=False) + "\n")
        self.process.stdin.flush()

    def receive(self, command):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended at {command}")
        return json.loads(line)

    def do(self, **command):
        self.send(command)
        return self.receive(command)


class Difference(Exception):
    """The engines went different ways; what follows would differ too."""


class Pair:
    """Both engines at the same place of the same form."""

    def __init__(self, oracle, ours):
        self.oracle, self.ours = oracle, ours
        self.agreed = collections.Counter()
        self.known = collections.Counter()
        self.place = ""

    def do(self, what, deviation=None, **command):
        """Does the same in both; `what` makes of a reply that which has to agree,
        unless a known deviation explains it."""
        # Both at work at once: there are two cores.
        self.oracle.send(command)
        self.ours.send(command)
        reply = self.oracle.receive(command)
        left = what(reply, self.known)
        right = what(self.ours.receive(command), collections.Counter())
        if left != right and deviation:
            self.known[deviation] += 1
        else:
            self.compare(command["op"], str(command), left, right)
        return reply

    def compare(self, op, where, left, right):
        if left == right:
            self.agreed[op] += 1
            return
        if isinstance(left, dict) and isinstance(right, dict):
            key = next(k for k in list(left) + list(right) if left.get(k) != right.get(k))
            where, left, right = f"{where} {key}", left.get(key), right.get(key)
        raise Difference(f"{self.place}: {where}: JavaRosa {left!r}, ours {right!r}")


def plain(ref):
    """References without the positions that name the only instance."""
    return (ref or "").replace("[1]", "")


# What has to agree, by operation. `known` counts what is a known deviation.

def done(reply, known):
    return reply["ok"]


def loaded(reply, known):
    return reply["ok"], reply.get("formId"), reply.get("languages")


def verdict(reply, known):
    """JavaRosa has no word for a text that is no number: it fails to cast it."""
    if not reply["ok"]:
        return "no answer" if "Invalid cast" in reply["message"] else reply["error"]
    result = reply.get("result", reply.get("constraint"))
    return "no answer" if str(result).startswith("not-a-") else result


def constraint(reply, known):
    if not reply["ok"]:
        no_answer = "Invalid cast" in reply["message"] or reply["error"].startswith("not-a-")
        return "no answer" if no_answer else reply["error"]
    return reply["constraint"]


def made(reply, known):
    return reply["ok"] and plain(reply["ref"])


def validity(reply, known):
    return reply["valid"], reply.get("outcome"), plain(reply.get("ref"))


def offered(reply, known):
    return reply["choices"]


def result(reply, known):
    return written(text_of(reply), known)


def written(value, known):
    """A value as both engines write it."""
    # A calculated date has no time of day here (DEVIATIONS: dates).
    if re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", value):
        known["a calculated date keeps a time of day in JavaRosa"] += 1
        return value[:10]
    return re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$", "<moment>", value)


def nodes(reply, known):
    """All nodes by reference; the meta block is pyxform's own."""
    found = {}
    for node in reply["nodes"]:
        ref = plain(node["ref"])
        if "/meta" in ref:
            continue
        value, readonly = node.get("value"), node["readonly"]
        # The node pyxform makes for repeat_count; nobody is ever asked for it.
        if readonly and ref.endswith("_count"):
            known["pyxform marks a repeat's count readonly"] += 1
            readonly = False
        found[ref] = (value if value is None else written(value, known), node["relevant"],
                      node["required"], readonly, node.get("constraintOk"), node["type"])
    return found


def pages(reply, known):
    """What a person goes through, by reference; groups show nothing here."""
    found = {}
    for event in reply["events"]:
        if not event["relevant"] or event["ev"] == "group":
            continue
        words = ("label", "hint", "constraintMsg", "appearance", "required", "readonly")
        found[event["ev"] + " " + plain(event["ref"])] = (
            [event.get(word) for word in words] if event["ev"] == "question" else [])
    return found


# Texts worth trying: names, numbers that are wrong, and ID numbers that are right.
TEXTS = ["", "张三", "a b", "110101194912310011", "11010519491231002X", "440524188001010014",
         "110105200002290013", "110105190002290017", "11010519491231002x", "13800138000",
         "0755-1234567", "x", "0", "501"]
VALUES = {
    "INTEGER": ["-1", "0", "1", "5", "17", "18", "60", "99", "x", ""],
    "DECIMAL": ["-1.5", "0.1", "3.14", "x", ""],
    "DATE": ["1949-12-31", "2000-02-29", "2026-01-01", "2099-01-01", ""],
    "TIME": ["08:30:00.000Z"],
    "DATE_TIME": ["2026-01-01T08:30:00.000Z"],
    # JavaRosa takes 0 0 0 0 for no position.
    "GEOPOINT": ["39.9 116.4 50.0 4.5", "22.5431 114.0579 0.0 8.0"],
}
# Put to a random node; positions in the path itself are a known deviation.
PROBES = ["string(.)", "string-length(.)", ". = ''", "boolean(.)", "number(.) > 0",
          "concat('<', ., '>')", "selected(string(.), '1')", "coalesce(., 'none')", "count(..)",
          "if(. = '', 'empty', .)", "regex(., '[0-9]+')"]


def deviation(kind, probe):
    """Why a probe is known to come out differently (Forms/DEVIATIONS.md); None if it is not."""
    if kind == "DATE" and "number" in probe:
        return "a text calculated into a date question stays a text in JavaRosa"
    if kind == "TIME":
        return "a time is of today in JavaRosa, of 1970-01-01 here"
    return None


def answer(rng, kind, choices):
    if kind == "CHOICE":
        return rng.choice(choices + [""])
    if kind == "MULTIPLE_ITEMS":
        return " ".join(rng.sample(choices, rng.randint(0, len(choices))))
    return rng.choice(VALUES.get(kind, TEXTS))


def walk(pair, form, xml, rng, steps):
    """Fills in one form in both engines."""
    first, second = pair.oracle.do(op="load", form=xml), pair.ours.do(op="load", form=form)
    pair.compare("load", "load", loaded(first, None), loaded(second, None))
    if first.get("languages"):
        pair.do(done, op="lang", lang=rng.choice(first["languages"]))
    for _ in range(steps):
        dump = pair.do(nodes, op="dump")
        kinds = {node["ref"]: node["type"] for node in dump["nodes"]}
        events = [e for e in pair.do(pages, op="events")["events"] if e["relevant"]]
        step(pair, rng, rng.choice(events), kinds, {stem(e) for e in events if e["ev"] == "new-repeat"})
    pair.do(validity, op="validate")
    pair.do(done, op="finalize")
    pair.do(nodes, op="dump")


def stem(event):
    """The repeat of an instance."""
    return re.sub(r"\[\d+\]$", "", event["ref"])


def step(pair, rng, event, kinds, open_repeats):
    ref = event["ref"]
    if event["ev"] == "question":
        kind = kinds[ref]
        offer = []
        if kind in ("CHOICE", "MULTIPLE_ITEMS"):
            offer = [choice[0] for choice in pair.do(offered, op="choices", ref=ref)["choices"]]
        text = answer(rng, kind, offer)
        pair.do(constraint, op="check", ref=ref, value=text)
        probe = rng.choice(PROBES)
        pair.do(result, deviation(kind, probe), op="eval", ctx=ref, expr=probe)
        if not event["readonly"]:
            pair.do(verdict, op="set", ref=ref, value=text)
    elif event["ev"] == "new-repeat" and rng.random() < 0.5:
        pair.do(made, op="addRepeat", ref=stem(event))
    # With a count of the form's own nobody is offered to take an instance away.
    elif event["ev"] == "repeat" and stem(event) in open_repeats and rng.random() < 0.2:
        pair.do(done, op="delRepeat", ref=ref)


EXPRESSION_FORM = """survey
,type,name,label
,integer,n,N
,date,d,D
,text,s,S
,text,none,None
,select_multiple list,m,M
,begin repeat,row,Row
,integer,v,V
,end repeat,,
choices
,list_name,name,label
,list,x,Ex
,list,y,Why
,list,z,Zed
"""


def text_of(reply):
    """The value of an `eval` reply as text."""
    if not reply["ok"]:
        return reply["message"]
    if reply["type"] == "nodeset":
        return (reply["value"] or [""])[0]
    return reply.get("string", str(reply["value"]).lower() if isinstance(reply["value"], bool)
                     else reply["value"])


def open_expression_form(engine, form):
    engine.do(op="load", form=form)
    for ref, value in (("n", "6"), ("d", "2026-01-31"), ("s", "a𠮷b"), ("m", "x z"),
                       ("row[1]/v", "3")):
        engine.do(op="set", ref="/data/" + ref, value=value)
    engine.do(op="addRepeat", ref="/data/row")
    engine.do(op="set", ref="/data/row[2]/v", value="4")


def expressions(oracle, ours, convert, folder):
    """Puts the table of ExpressionTests.swift to JavaRosa, and to our `eval`."""
    form = os.path.join(folder, "expressions.csv")
    with open(form, "w", encoding="utf-8") as file:
        file.write(EXPRESSION_FORM)
    open_expression_form(oracle, convert(form))
    if ours:
        open_expression_form(ours, form)
    with open(os.path.join(HERE, "..", "ExpressionTests.swift"), encoding="utf-8") as file:
        pairs = re.findall(r'\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\s*\)', file.read())
    differences = []
    known = 0
    for expression, expected in pairs:
        expression = re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)), expression)
        expression = expression.replace("\\\\", "\\")
        if expression in KNOWN:
            known += 1
            continue
        path = re.sub(r"\$\{(\w+)\}", lambda m: "/data/row/v" if m[1] == "v" else "/data/" + m[1],
                      expression)
        reply = oracle.do(op="eval", expr=path)
        got = text_of(reply)
        mine = text_of(ours.do(op="eval", expr=path)) if ours else got
        if mine != got:
            differences.append(f"{expression}: JavaRosa {got!r}, ours {mine!r}")
        # A calculation writes booleans as 1 and 0, and NaN as nothing.
        if reply.get("type") == "Boolean":
            got = "1" if got == "true" else "0"
        if got == "NaN":
            got = ""
        if got != expected:
            differences.append(f"{expression}: JavaRosa {got!r}, test {expected!r}")
    print(f"expressions: {len(pairs)}, {known} known to differ, {len(differences)} differ")
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--javarosa", required=True)
    parser.add_argument("--xls2xform", default="xls2xform")
    parser.add_argument("--gridwalk")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("forms", nargs="*")
    options = parser.parse_args()
    java = ["java", "-Duser.timezone=UTC", "-Duser.language=en", "-cp",
            f"{options.javarosa}/ODK_Validate.jar:{options.javarosa}", "JRDriver"]
    with tempfile.TemporaryDirectory() as folder:
        def convert(form):
            xml = os.path.join(folder, os.path.basename(form)[:-4] + ".xml")
            subprocess.run([options.xls2xform, "--skip_validate", form, xml], check=True,
                           capture_output=True)
            return xml
        oracle = Engine("JavaRosa", java)
        program = options.gridwalk
        ours = Engine("gridwalk", [program, "forms", "drive"]) if program else None
        differences = expressions(oracle, ours, convert, folder)
        for form in options.forms if ours else []:
            differences += walks(Pair(oracle, ours), form, convert(form), options)
    print(*differences[:40], sep="\n", end="\n" if differences else "")
    sys.exit(1 if differences else 0)


def walks(pair, form, xml, options):
    """Several walks through a form; prints how often the engines agreed, by operation."""
    name = os.path.basename(form)
    differences = []
    for seed in range(options.seeds):
        pair.place = f"{name} seed {seed}"
        try:
            walk(pair, form, xml, random.Random(seed), options.steps)
        except Difference as difference:
            differences.append(str(difference))
    counts = ", ".join(f"{op} {count}" for op, count in pair.agreed.most_common())
    print(f"{name}: seeds 0 to {options.seeds - 1}, {options.steps} steps each, "
          f"{len(differences)} differ; agreed: {counts}")
    for deviation, count in pair.known.items():
        print(f"{name}: known deviation, {count} times: {deviation}")
    return differences


if __name__ == "__main__":
    main()

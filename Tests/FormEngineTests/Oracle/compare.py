#!/usr/bin/env python3
"""Compares the form engine with JavaRosa, answer by answer.

  compare.py --javarosa DIR [--xls2xform CMD] [--drive CMD] [--seeds N] [--steps N] FORM.csv ...

DIR holds ODK_Validate.jar (from the pyxform wheel) and a compiled JRDriver, both
engines speak the same JSON lines. With --drive, both fill in each form in
lockstep: random answers, instances added and taken away, and after every step
all values, relevance, required and readonly flags must be the same. Without it,
only the table of expressions in ExpressionTests.swift is put to JavaRosa.
Exits 1 when anything differs that Forms/DEVIATIONS.md does not name.
"""
import argparse
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
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8")

    def do(self, **command):
        self.process.stdin.write(json.dumps(command, ensure_ascii=False) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"engine ended at {command}")
        return json.loads(line)


def plain(ref):
    """References without the positions that name the only instance."""
    return ref.replace("[1]", "")


def states(reply):
    """What both engines must agree on, by reference; the meta block is pyxform's own."""
    result = {}
    for node in reply["nodes"]:
        ref = plain(node["ref"])
        if "/meta" in ref:
            continue
        value = node.get("value")
        if value and re.fullmatch(r"-?\d+\.0", value):
            value = value[:-2]
        # A calculated date has no time of day here (DEVIATIONS: dates).
        if value:
            value = re.sub(r"^(\d{4}-\d\d-\d\d)T00:00:00\.000Z$", r"\1", value)
            value = re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$", "<moment>", value)
        result[ref] = (value or "", node["relevant"], node["required"], node["readonly"])
    return result


# Texts worth trying: names, numbers that are wrong, and ID numbers that are right.
TEXTS = ["", "张三", "a b", "110101194912310011", "11010519491231002X", "440524188001010014",
         "110105200002290013", "110105190002290017", "11010519491231002x", "13800138000",
         "0755-1234567", "x", "0", "501"]
VALUES = {
    "INTEGER": ["-1", "0", "1", "5", "17", "18", "60", "99"],
    "DECIMAL": ["-1.5", "0", "0.1", "3.14", "1000000"],
    "DATE": ["1949-12-31", "2000-02-29", "2026-01-01", "2099-01-01"],
    "TIME": ["08:30:00.000Z"],
    "DATE_TIME": ["2026-01-01T08:30:00.000Z"],
    # JavaRosa takes 0 0 0 0 for no position.
    "GEOPOINT": ["39.9 116.4 50.0 4.5", "22.5431 114.0579 0.0 8.0"],
}


def answer(rng, kind, choices):
    if kind == "CHOICE":
        return rng.choice(choices + [""])
    if kind == "MULTIPLE_ITEMS":
        return " ".join(rng.sample(choices, rng.randint(0, len(choices))))
    return rng.choice(VALUES.get(kind, TEXTS))


def walk(oracle, ours, form, xml, seed, steps):
    """Fills in one form in both engines; returns what differed."""
    rng = random.Random(seed)
    first, second = oracle.do(op="load", form=xml), ours.do(op="load", form=form)
    if not (first["ok"] and second["ok"]):
        return [f"load: {first} {second}"]
    for step in range(steps):
        dump = oracle.do(op="dump")
        left, right = states(dump), states(ours.do(op="dump"))
        if left != right:
            return [f"seed {seed} step {step} {ref}: JavaRosa {left.get(ref)} ours {right.get(ref)}"
                    for ref in sorted(set(left) | set(right)) if left.get(ref) != right.get(ref)]
        kinds = {node["ref"]: node["type"] for node in dump["nodes"]}
        events = [e for e in oracle.do(op="events")["events"] if e["relevant"]]
        event = rng.choice(events)
        ref = event["ref"]
        if event["ev"] == "question" and not event["readonly"]:
            found = [c[0] for c in oracle.do(op="choices", ref=ref).get("choices", [])]
            text = answer(rng, kinds.get(ref, "TEXT"), found)
            replies = [e.do(op="set", ref=ref, value=text)["result"] for e in (oracle, ours)]
            if replies[0] != replies[1]:
                return [f"seed {seed} step {step} set {ref} {text!r}: {replies}"]
        elif event["ev"] == "new-repeat" and rng.random() < 0.5:
            for engine in (oracle, ours):
                engine.do(op="addRepeat", ref=re.sub(r"\[\d+\]$", "", ref))
        elif event["ev"] == "repeat" and rng.random() < 0.2:
            for engine in (oracle, ours):
                engine.do(op="delRepeat", ref=ref)
    left, right = oracle.do(op="validate"), ours.do(op="validate")
    if (left["valid"], left.get("outcome"), plain(left.get("ref", ""))) != (
            right["valid"], right.get("outcome"), plain(right.get("ref", ""))):
        return [f"seed {seed} validate: {left} {right}"]
    return []


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


def expressions(oracle, convert, folder):
    """Puts the table of ExpressionTests.swift to JavaRosa."""
    form = os.path.join(folder, "expressions.csv")
    with open(form, "w", encoding="utf-8") as file:
        file.write(EXPRESSION_FORM)
    oracle.do(op="load", form=convert(form))
    for ref, value in (("n", "6"), ("d", "2026-01-31"), ("s", "a𠮷b"), ("m", "x z"),
                       ("row[1]/v", "3")):
        oracle.do(op="set", ref="/data/" + ref, value=value)
    oracle.do(op="addRepeat", ref="/data/row")
    oracle.do(op="set", ref="/data/row[2]/v", value="4")
    with open(os.path.join(HERE, "..", "ExpressionTests.swift"), encoding="utf-8") as file:
        pairs = re.findall(r'\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\s*\)', file.read())
    differences = []
    for expression, expected in pairs:
        expression = re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)), expression)
        expression = expression.replace("\\\\", "\\")
        if expression in KNOWN:
            continue
        path = re.sub(r"\$\{(\w+)\}", lambda m: "/data/row/v" if m[1] == "v" else "/data/" + m[1],
                      expression)
        reply = oracle.do(op="eval", expr=path)
        got = text_of(reply)
        # A calculation writes booleans as 1 and 0, and NaN as nothing.
        if reply.get("type") == "Boolean":
            got = "1" if got == "true" else "0"
        if got == "NaN":
            got = ""
        if got != expected:
            differences.append(f"{expression}: JavaRosa {got!r}, test {expected!r}")
    print(f"{len(pairs)} expressions, {len(differences)} differ")
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--javarosa", required=True)
    parser.add_argument("--xls2xform", default="xls2xform")
    parser.add_argument("--drive")
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
        oracle = Engine(java)
        differences = expressions(oracle, convert, folder)
        if options.drive:
            ours = Engine(options.drive.split())
            for form in options.forms:
                xml = convert(form)
                found = []
                for seed in range(options.seeds):
                    found += walk(oracle, ours, form, xml, seed, options.steps)
                print(f"{os.path.basename(form)}: {options.seeds} walks, {len(found)} differences")
                differences += found
    print(*differences[:40], sep="\n")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()

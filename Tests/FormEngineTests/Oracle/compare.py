#!/usr/bin/env python3
"""Compares the form engine with JavaRosa, answer by answer.

  compare.py --javarosa DIR [--xls2xform CMD] [--gridwalk FILE] [FORM ...]
             [--seeds N] [--steps N] [--only WORD,WORD] [--jobs N] [--strict]
  compare.py --gridwalk FILE --golden FILE.jsonl --form FORM

DIR holds ODK_Validate.jar (from the pyxform wheel) and a compiled JRDriver; both
engines speak the same JSON lines (`gridwalk forms drive --help`). Without forms
named, those in forms/ and broken/ beside this script are taken.

Each form is filled in three times in lockstep: JavaRosa on the XForm that pyxform
makes, ours on the XLSForm (csv) and ours on that XForm (xml): random answers,
right and wrong, instances added and taken away, languages changed. After every
step all nodes, pages, choices, checks, probes and the submission must be the
same. Forms in broken/ must get a fault that names a place. Prints how often the
two agreed, by form and by operation; exits 1 below 99.9 %, with --strict at any
difference that no row of Forms/DEVIATIONS.md explains.

Without --gridwalk only the expressions of ExpressionTests.swift are put to
JavaRosa. --golden replays {"cmd", "reply"} lines that someone recorded.
"""
import argparse
import collections
import glob
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile

import agreement
import engines
import walks
from expressions import expressions

HERE = os.path.dirname(os.path.abspath(__file__))
ENOUGH = 0.999

# What JavaRosa by itself cannot lead through: there our XForm side leads.
LED_BY_OURS = {
    "metadata-place.csv": "JavaRosa's core writes words in place of a position",
}
# Forms of broken/ that JavaRosa, or pyxform before it, takes; ours must not.
TAKEN_BY_JAVAROSA = {
    "bad-regex.csv": "the pattern fails once someone answers",
    "bad-csv-quote.csv": "the rest of the file becomes one label",
    "doctype.xml": "entities are a way into a program",
    "missing-file.xml": "the list is empty once someone asks",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--javarosa")
    parser.add_argument("--xls2xform", default="xls2xform")
    parser.add_argument("--gridwalk")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--only", default="", help="words in the names of forms, by commas")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--golden")
    parser.add_argument("--form")
    parser.add_argument("forms", nargs="*")
    return parser.parse_args()


# --- A worker: one JVM, two of ours ---------------------------------------------

worker = {}


def begin_worker(options, folder):
    drive = [options.gridwalk, "forms", "drive"]
    worker.update(options=options, folder=folder,
                  oracle=engines.Engine("JavaRosa", engines.java(options.javarosa)),
                  csv=engines.Engine("ours on csv", drive), xml=engines.Engine("ours on xml", drive))


def compare_form(form):
    """The name of a form, its followers' counts, and what kept it from being compared."""
    options, name = worker["options"], os.path.basename(form)
    folder = tempfile.mkdtemp(dir=worker["folder"])
    try:
        xml = engines.convert(form, folder, options.xls2xform)
    except engines.Conversion as refusal:
        return name, [], f"pyxform refuses it: {refusal}"
    paths = {"JavaRosa": xml, "xml": xml, "csv": os.path.abspath(form)}
    ours = {label: worker[label] for label in ("csv", "xml") if form.endswith(".csv") or label == "xml"}
    oracle = worker["oracle"]
    if name in LED_BY_OURS:
        oracle = ours.pop("xml")
    elif not oracle.do(op="load", form=xml)["ok"]:
        return name, [], "JavaRosa refuses it"
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    followers = walks.fill(name, paths, oracle, ours, seeds, options.steps)
    for follower in followers:
        follower.engine = None  # a pipe stays where it is
    return name, followers, None


def check_broken(form):
    """The name of a broken form, who refuses it, and how ours does."""
    options, name = worker["options"], os.path.basename(form)
    folder = tempfile.mkdtemp(dir=worker["folder"])
    theirs = "taken"
    try:
        xml = engines.convert(form, folder, options.xls2xform)
        reply = worker["oracle"].do(op="load", form=xml)
        if not reply["ok"]:
            theirs = "JavaRosa: " + reply["message"].split("\n")[0]
    except (engines.Conversion, UnicodeDecodeError) as refusal:
        theirs = f"pyxform: {refusal}"
    done = subprocess.run([options.gridwalk, "forms", "check", "--json", form], capture_output=True)
    try:
        faults = json.loads(done.stdout or b"{}").get("faults", [])
    except ValueError:
        faults = []
    words = [f"{fault['sheet']}:{fault['row']}:{fault['column']} {fault['code']} {fault['detail']}"
             for fault in faults]
    located = bool(faults) and all(fault["row"] > 0 for fault in faults)
    return name, theirs, words if done.returncode == 4 else [f"exit {done.returncode}"], (
        done.returncode == 4 and located)


# --- The table ---------------------------------------------------------------------


def share(agreed, differed):
    return agreed / (agreed + differed) if agreed + differed else 1.0


def table(results, pool_of_words):
    """Prints a line per form; the totals by front end."""
    totals = {label: collections.Counter() for label in ("csv", "xml")}
    print(f"{'form':<30} {'ops csv':>15} {'%':>6} {'ops xml':>15} {'%':>6} {'nodes':>9} {'differ':>6}"
          f" {'known':>5}")
    for name, followers, _ in sorted(results, key=lambda result: result[0]):
        line, alike, apart, known = f"{name[:30]:<30}", 0, 0, 0
        by_label = {follower.name: follower for follower in followers}
        for label in ("csv", "xml"):
            follower = by_label.get(label)
            if not follower:
                line += f" {'–':>15} {'':>6}"
                continue
            agreed, differed = follower.agreed.total(), follower.differed.total()
            line += f" {agreed:>7}/{agreed + differed:>7} {share(agreed, differed) * 100:6.2f}"
            alike, apart = alike + follower.nodes[0], apart + follower.nodes[1]
            known += follower.known.total()
            total = totals[label]
            total.update({"agreed": agreed, "differed": differed, "nodes": follower.nodes[0],
                          "apart": follower.nodes[1]})
            total.update({f"{op} +": count for op, count in follower.agreed.items()})
            total.update({f"{op} -": count for op, count in follower.differed.items()})
            total.update({f"? {why}": count for why, count in follower.known.items()})
            pool_of_words += follower.words
        print(f"{line} {alike:>9} {apart:>6} {known:>5}")
    return totals


def summary(totals):
    """Prints the totals; the smaller share of the two front ends."""
    worst = 1.0
    for label, total in totals.items():
        if not total:
            continue
        part = share(total["agreed"], total["differed"])
        worst = min(worst, part)
        print(f"total {label}: {total['agreed']} of {total['agreed'] + total['differed']} operations"
              f" agree, {part * 100:.3f} %; {total['nodes']} of {total['nodes'] + total['apart']}"
              f" nodes, {share(total['nodes'], total['apart']) * 100:.3f} %")
        ops = sorted({key[:-2] for key in total if key[-2:] in (" +", " -")})
        print("  by operation: " + ", ".join(
            f"{op} {total[op + ' +']}" + (f" (differ {total[op + ' -']})" if total[op + " -"] else "")
            for op in ops))
        for key, count in total.items():
            if key.startswith("? "):
                print(f"  known deviation, {count} times: {key[2:]}")
    return worst


def chosen(options):
    forms = options.forms or [*sorted(glob.glob(f"{HERE}/forms/*.csv")),
                              *sorted(glob.glob(f"{HERE}/forms/*.xml")),
                              *sorted(glob.glob(f"{HERE}/broken/*"))]
    words = [word for word in options.only.split(",") if word]
    forms = [form for form in forms if not words or any(word in form for word in words)]
    broken = [form for form in forms if os.path.basename(os.path.dirname(form)) == "broken"]
    return [form for form in forms if form not in broken
            and (engines.is_xlsform(form) or engines.is_xform(form))], broken


def compare_all(options, folder):
    forms, broken = chosen(options)
    forms.sort(key=os.path.getsize, reverse=True)  # the long ones first
    with multiprocessing.Pool(options.jobs, begin_worker, (options, folder)) as pool:
        faults = pool.map_async(check_broken, broken, chunksize=1)
        results = list(pool.imap_unordered(compare_form, forms, chunksize=1))
        faults = faults.get()
    words = []
    worst = summary(table(results, words))
    words += [f"{name}: not compared: {why}" for name, _, why in results if why]
    for name, theirs, ours, refused in sorted(faults):
        if not refused:
            words.append(f"broken/{name}: no located fault: {'; '.join(ours) or 'taken'}")
        if (theirs == "taken") != (name in TAKEN_BY_JAVAROSA):
            words.append(f"broken/{name}: beside it: {theirs}")
        print(f"broken/{name:<26} {'; '.join(ours)[:100]:<100} | {theirs[:70]}")
    print(f"broken: {sum(fault[3] for fault in faults)} of {len(faults)} get a located fault")
    return words, worst


def golden(options):
    """Replays recorded commands; how many replies were the same."""
    ours = engines.Engine("gridwalk", [options.gridwalk, "forms", "drive"])
    follower = walks.Follower("golden", ours)
    walk = walks.Walk(os.path.basename(options.golden), None, [follower], None)
    what = {"load": agreement.loaded, "set": agreement.verdict, "check": agreement.constraint,
            "eval": agreement.result, "choices": agreement.offered, "addRepeat": agreement.made,
            "validate": agreement.validity, "xml": agreement.submission}
    beginning = True
    with open(options.golden, encoding="utf-8") as file:
        for line in filter(str.strip, file):
            recorded = json.loads(line)
            command, reply = recorded["cmd"], recorded["reply"]
            if command["op"] == "load":
                command = {**command, "form": os.path.abspath(options.form)}
            try:
                mine = ours.do(**command)
            except engines.Ended as ended:
                follower.differs(command["op"], f"golden: {command}: {ended}")
                break
            if command["op"] == "dump":
                walk.compare_nodes(follower, agreement.nodes(reply), mine, beginning)
                beginning = False
            elif command["op"] == "events":
                walk.compare_pages(follower, agreement.pages(reply), agreement.pages(mine))
            else:
                of = what.get(command["op"], agreement.done)
                walk.compare(follower, command, of(reply), of(mine), None, mine)
    words = []
    return words, summary(table([(walk.name, [renamed(follower, options.form)], None)], words))


def renamed(follower, form):
    follower.name = form[-3:]
    return follower


def main():
    options = arguments()
    missing = agreement.unwritten()
    if missing:
        sys.exit(f"compare.py: no row in Forms/DEVIATIONS.md: {', '.join(missing)}")
    if options.golden:
        words, worst = golden(options)
    else:
        with tempfile.TemporaryDirectory() as folder:
            oracle = engines.Engine("JavaRosa", engines.java(options.javarosa))
            program = options.gridwalk
            ours = engines.Engine("gridwalk", [program, "forms", "drive"]) if program else None
            words = expressions(oracle, ours, lambda form: engines.convert(
                form, folder, options.xls2xform), folder)
            worst = 0.0 if words and not program else 1.0
            for engine in filter(None, (oracle, ours)):
                engine.end()
            if program:
                more, worst = compare_all(options, folder)
                words += more
    print(*words[:120], sep="\n", end="\n" if words else "")
    sys.exit(1 if worst < ENOUGH or (words and options.strict) else 0)


if __name__ == "__main__":
    main()

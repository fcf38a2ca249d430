"""How fast the form engine is beside JavaRosa, on forms made here from a seed.

Ours is asked through `gridwalk forms drive`, so that its figures hold a line of JSON
each way. JavaRosa's answers are timed inside its own process (AnswerTimes.java); its
filters are asked through the line driver of the project's tools, which recalculates
the form behind every command, after the reply: so the choices are what is timed."""
import json
import pathlib
import random
import statistics
import subprocess
import time

import engines

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261124


def choices(path, rows):
    """A list of doors: 300 areas, 7 kinds, 33 floors."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,label,area,kind,floor,py\n")
        for row in range(rows):
            file.write(f"n{row},门牌{row}号,a{row % 300},k{row % 7},{row % 33},mp{row}\n")


FILTER = """survey
,type,name,label,choice_filter
,text,area,Area,
,text,kind,Kind,
,integer,floor,Floor,
,select_one_from_file doors.csv,one,One,area = ${area}
,select_one_from_file doors.csv,two,Two,area = ${area} and kind = ${kind}
,select_one_from_file doors.csv,three,Three,floor = ${floor}
,select_one_from_file doors.csv,four,Four,"contains(name, ${area})"
"""
LOAD = """survey
,type,name,label,choice_filter
,text,area,Area,
,select_one_from_file list.csv,one,One,area = ${area}
"""


def thousand():
    """A form of 1,000 rows: relevants, constraints, calculations that lean on each other."""
    rows = ["survey", ",type,name,label,relevant,constraint,calculation"]
    for i in range(1000):
        before = f"${{q{i - 10}}}" if i > 10 else "1"
        rows.append([
            f",integer,q{i},Question {i},,. >= 0 and . < 100000,",
            f",text,q{i},Question {i},${{q{i - 1}}} > 5,string-length(.) < 50,",
            f",calculate,q{i},,,,\"if(${{q{i - 2}}} = '', 0, ${{q{i - 2}}} * 2)\"",
            f",select_one yn,q{i},Question {i},,,",
            f",decimal,q{i},Question {i},${{q{i - 1}}} = 'yes',. > -5,",
            f",calculate,q{i},,,,\"coalesce(${{q{i - 3}}}, 0) + {before}\"",
            f",select_multiple yn,q{i},Question {i},,count-selected(.) <= 2,",
            f",date,q{i},Question {i},,. <= date('2030-01-01'),",
            f",calculate,q{i},,,,\"concat(${{q{i - 7}}}, '-', ${{q{i - 3}}})\"",
            f",text,q{i},Question {i},\"selected(${{q{i - 3}}}, 'yes')\",,",
        ][i % 10])
    rows += ["choices", ",list_name,name,label", ",yn,yes,Yes", ",yn,no,No"]
    return "\n".join(rows) + "\n"


def answers():
    rng = random.Random(SEED)
    for i in range(0, 1000, 10):
        yield f"/data/q{i}", str(rng.randint(0, 99))
        yield f"/data/q{i + 3}", rng.choice(["yes", "no"])
        yield f"/data/q{i + 6}", "yes no"
        yield f"/data/q{i + 7}", "2026-01-01"


def timed(engine, **command):
    begin = time.perf_counter()
    reply = engine.do(**command)
    took = time.perf_counter() - begin
    assert reply["ok"], reply
    return took


def filters(engine, form):
    """Seconds of a filter's first use and of later ones, by question."""
    loaded = engine.do(op="load", form=str(form))
    assert loaded["ok"], loaded
    engine.do(op="set", ref="/data/kind", value="k3")
    found = {}
    for name in ("one", "two", "three", "four"):
        times = []
        for turn in range(6):
            engine.do(op="set", ref="/data/area", value=f"a{5 + 7 * turn}")
            engine.do(op="set", ref="/data/floor", value=str(turn))
            times.append(timed(engine, op="choices", ref=f"/data/{name}"))
        found[name] = times[0], statistics.median(times[1:])
    return found


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def measure(gridwalk, javarosa, xls2xform, folder, line):
    """Prints every figure with `line(what, ours, peer, of)`."""
    folder = pathlib.Path(folder)
    choices(folder / "doors.csv", 100_000)
    choices(folder / "list.csv", 20_000)
    for name, text in (("filter", FILTER), ("load", LOAD), ("thousand", thousand())):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        subprocess.run([xls2xform, "--skip_validate", str(folder / f"{name}.csv"),
                        str(folder / f"{name}.xml")], check=True, capture_output=True)
    ours = engines.Engine("gridwalk", [str(gridwalk), "forms", "drive"])
    oracle = engines.Engine("JavaRosa", [
        word for word in engines.java(javarosa) if not word.startswith("-Xmx")])
    mine, theirs = (filters(engine, folder / f"filter.{kind}")
                    for engine, kind in ((ours, "csv"), (oracle, "xml")))
    words = {"one": "area = ${area}", "two": "area = … and kind = …", "three": "floor = ${floor}",
             "four": "contains(name, …)"}
    for name, what in words.items():
        line(f"filter 100,000: {what}, first", mine[name][0], theirs[name][0], "JavaRosa")
        line(f"filter 100,000: {what}, later", mine[name][1], theirs[name][1], "JavaRosa")
    print(f"resident with 100,000 choices: {resident(ours.process) / 1024:.1f} MiB, "
          f"JavaRosa {resident(oracle.process) / 1024:.0f} MiB")
    loads = [[timed(engine, op="load", form=str(folder / f"load.{kind}")) for _ in range(5)]
             for engine, kind in ((ours, "csv"), (oracle, "xml"))]
    line("load a form with 20,000 rows, first", loads[0][0], loads[1][0], "JavaRosa, JVM running")
    line("load a form with 20,000 rows, later", *map(statistics.median, loads), "JavaRosa, warm")
    line("load 1,000 questions", timed(ours, op="load", form=str(folder / "thousand.csv")),
         timed(oracle, op="load", form=str(folder / "thousand.xml")), "JavaRosa, warm")
    mine = [timed(ours, op="set", ref=ref, value=value) for ref, value in answers()]
    (folder / "answers.tsv").write_text("".join(f"{ref}\t{value}\n" for ref, value in answers()))
    subprocess.run(["javac", "-nowarn", "-cp", f"{javarosa}/ODK_Validate.jar", "-d", str(folder),
                    str(HERE / "AnswerTimes.java")], check=True)
    shown = subprocess.run(
        ["java", "-cp", f"{javarosa}/ODK_Validate.jar:{folder}", "AnswerTimes",
         str(folder / "thousand.xml"), str(folder / "answers.tsv")],
        check=True, capture_output=True, text=True)
    theirs = [milliseconds / 1000 for milliseconds in json.loads(shown.stdout)["answers"]]
    of = "JavaRosa's answerQuestion in its own process; ours with a line of JSON each way"
    line("one answer of 400, 1,000 questions: mean", statistics.mean(mine),
         statistics.mean(theirs), of)
    line("one answer of 400, 1,000 questions: median", statistics.median(mine),
         statistics.median(theirs), of)
    line("one answer of 400, 1,000 questions: worst", max(mine), max(theirs), of)
    for engine in (ours, oracle):
        engine.end()

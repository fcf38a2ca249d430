"""The table of ExpressionTests.swift, put to JavaRosa and to our `eval`."""
import os
import re

from agreement import text_of

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

"""Walks through a form: random answers, right and wrong ones, instances added and
taken away, languages changed, and after every step everything compared.

JavaRosa leads; each follower is our engine on the XLSForm or on the XForm that
pyxform made of it. A difference in what is merely asked for (a probe, a page) is
counted and the walk goes on; one in what the form now says is counted, and all
begin anew, since what follows would differ too."""
import collections
import random
import re

import agreement
from agreement import plain
from engines import Ended

TEXTS = ["", "张三", "a b", "110101194912310011", "11010519491231002X", "440524188001010014",
         "110105200002290013", "110105190002290017", "11010519491231002x", "13800138000",
         "0755-1234567", "x", "0", "501", "a", "yes", "lamp", "pipe", "north", "file.pdf", "a@b",
         "Ω 'quoted' \"twice\" <b>&amp;", "  spaces  ", "abc def"]
VALUES = {
    "INTEGER": ["-1", "0", "1", "2", "3", "5", "17", "18", "60", "99", "1234567", "x", "1.5", ""],
    "DECIMAL": ["-1.5", "0.1", "3.14", "0", "12", "0.5", "100.25", "1e3", "x", ""],
    "BOOLEAN": [""],  # JavaRosa takes no answer to them
    "DATE": ["1949-12-31", "2000-02-29", "2026-01-01", "2099-01-01", "1969-12-31", ""],
    "TIME": ["08:30:00.000Z", "23:59:59.999Z", "00:00:00.000Z", "08:30:00.000+08:00", ""],
    "DATE_TIME": ["2026-01-01T08:30:00.000Z", "1999-12-31T23:59:59.000Z",
                  "2026-01-01T02:00:00.000+08:00", ""],
    "GEOPOINT": ["39.9 116.4 50.0 4.5", "22.5431 114.0579 0.0 8.0", "-33.5 -70.6 0.0 0.0", ""],
    "GEOTRACE": ["39.9 116.4 0.0 0.0;39.8 116.5 0.0 0.0", "22.5 114.0 1.0 2.0;22.6 114.1 3.0 4.0;"
                 "22.7 114.0 0.0 0.0", ""],
    "GEOSHAPE": ["22.5 114.0 0.0 0.0;22.5 114.1 0.0 0.0;22.6 114.1 0.0 0.0;22.5 114.0 0.0 0.0",
                 "39.9 116.4 0.0 0.0;39.8 116.5 0.0 0.0;39.7 116.4 0.0 0.0;39.9 116.4 0.0 0.0", ""],
    "BINARY": ["front.jpg", "录音.mp3", "a.pdf", ""],
    "BARCODE": ["6901234567892", "A-1", "𠮷", ""],
}
# Put to a random node; positions in the path itself are a known deviation.
PROBES = ["string(.)", "string-length(.)", ". = ''", "boolean(.)", "number(.) > 0",
          "concat('<', ., '>')", "selected(string(.), '1')", "coalesce(., 'none')", "count(..)",
          "if(. = '', 'empty', .)", "regex(., '[0-9]+')", "count-non-empty(.)", "position(..)",
          "not(. = '')", "once(.)", "join('/', ., 'z')", ". = 1 or . != 'a'"]
PROBES_BY_TYPE = {
    "INTEGER": [". + 1", ". mod 2", "int(.)", "pow(., 2)", "abs(.)", ". div 4", "max(., 3)",
                "round(. * 3)", ". < 10 and . > -2", "number(.)", "-.", "min(., 1)"],
    "DECIMAL": [". * 2.5", "round(., 1)", "int(.)", "sqrt(.)", ". - 0.1", "string(. * 100)"],
    "DATE": ["format-date(., '%Y-%m-%d')", "decimal-date-time(.)", ". < date('2026-01-01')",
             "format-date(., '%e %b %y, %a')", ". >= '2000-01-01'", "string(date(.))"],
    "TIME": ["decimal-time(.)"],
    "DATE_TIME": ["format-date-time(., '%Y-%m-%d %H:%M')", "decimal-date-time(.)"],
    "CHOICE": ["selected(., 'a')", ". = 'yes'", "string-length(.) > 1", "concat(., .)"],
    "MULTIPLE_ITEMS": ["count-selected(.)", "selected-at(., 0)", "selected(., 'b')",
                       "selected-at(., 7)", "concat(., '')"],
    "TEXT": ["substr(., 1, 2)", "contains(., 'a')", "translate(., 'abc', 'xyz')",
             "normalize-space(.)", "starts-with(., '1')", "substring-before(., '-')",
             "substring-after(., ' ')", "digest(., 'MD5', 'hex')", "number(.)", "ends-with(., 'b')",
             "digest(., 'SHA-256')", "selected(string(.), 'b')", "substr(., -2)", ". + 1"],
    "GEOPOINT": ["selected-at(., 0)", "selected-at(., 1)", "count-selected(.)"],
    "GEOTRACE": ["round(distance(.), 3)"],
    "GEOSHAPE": ["round(area(.), 3)", "round(distance(.), 3)"],
}
STATE = {"load", "set", "addRepeat", "delRepeat", "lang", "dump", "finalize"}


class Follower:
    """Our engine, how far it is with the form, and how often it agreed."""

    def __init__(self, name, engine):
        self.name, self.engine = name, engine
        self.agreed, self.differed = collections.Counter(), collections.Counter()
        self.known, self.words = collections.Counter(), []
        self.nodes = [0, 0]
        self.begin()

    def begin(self):
        self.loaded, self.in_step, self.stuck = False, False, set()

    def differs(self, op, words):
        self.differed[op] += 1
        if len(self.words) < 12 and words.split(": ", 1)[1][:60] not in {
                known.split(": ", 1)[1][:60] for known in self.words}:
            self.words.append(words)


class Walk:
    """One form, JavaRosa, and those who follow."""

    def __init__(self, name, oracle, followers, rng):
        self.name, self.oracle, self.followers, self.rng = name, oracle, followers, rng
        # The repeats whose instances the form counts, and what each follower has.
        self.counted, self.present = (), {}

    def exchange(self, command):
        """Does the same in all at once; JavaRosa's reply, and those of who still follows."""
        active = [follower for follower in self.followers if follower.loaded]
        for engine in [self.oracle] + [follower.engine for follower in active]:
            engine.send(command)
        reply, replies = self.oracle.receive(), []
        for follower in self.followers:
            if follower not in active:
                follower.differed[command["op"]] += 1
                continue
            try:
                replies.append((follower, follower.engine.receive()))
            except Ended as ended:
                follower.differs(command["op"], f"{self.name}, {follower.name}: {command}: {ended}")
                follower.begin()
        return reply, replies

    def do(self, what, op, why=None, **command):
        """`what` makes of a reply that which has to agree, `why` says of two that do
        not whether that is known."""
        reply, replies = self.exchange({"op": op, **command})
        for follower, mine in replies:
            self.compare(follower, {"op": op, **command}, what(reply), what(mine), why, mine)
        return reply

    def compare(self, follower, command, left, right, why, mine):
        op = command["op"]
        if left == right:
            follower.agreed[op] += 1
            return
        known = why(left, right) if why else None
        if known:
            follower.known[known] += 1
            return
        said = mine.get("message") if not mine.get("ok") else None
        follower.differs(op, f"{self.name}, {follower.name}: {command}: {apart(left, right)}"
                         + (f" ({said})" if said else ""))
        if op in STATE:
            follower.in_step = False

    def load(self, paths):
        """Begins the form in all, with what differs from the start set apart."""
        with open(paths["JavaRosa"], encoding="utf-8") as file:
            self.counted = [
                re.search(r'nodeset="([^"]+)"', tag)[1]
                for tag in re.findall(r"<repeat [^>]*jr:count=[^>]*>", file.read())]
        reply = self.oracle.do(op="load", form=paths["JavaRosa"])
        left = agreement.loaded(reply)
        for follower in self.followers:
            follower.begin()
            try:
                mine = follower.engine.do(op="load", form=paths[follower.name])
            except Ended as ended:
                follower.differs("load", f"{self.name}, {follower.name}: load: {ended}")
                continue
            follower.loaded = follower.in_step = mine["ok"]
            self.compare(follower, {"op": "load"}, left, agreement.loaded(mine), None, mine)
            follower.in_step = mine["ok"]
        if reply["ok"] and reply.get("languages"):
            self.do(agreement.done, "lang", lang=self.rng.choice(reply["languages"]))
        return reply

    # --- All nodes ---------------------------------------------------------------

    def dump(self, beginning=False):
        reply, replies = self.exchange({"op": "dump"})
        left = agreement.nodes(reply)
        for follower in self.followers:
            if not follower.loaded:
                follower.nodes[1] += len(left)
        for follower, mine in replies:
            self.compare_nodes(follower, left, mine, beginning)
        return reply

    def compare_nodes(self, follower, left, reply, beginning):
        right = agreement.nodes(reply)
        different = [ref for ref in {**left, **right} if left.get(ref) != right.get(ref)]
        right = self.repair(follower, left, right, different)
        different = [ref for ref in {**left, **right} if left.get(ref) != right.get(ref)]
        follower.nodes[0] += len(left) - len(different)
        self.present[follower.name] = {ref for ref, node in right.items() if node["relevant"]}
        known = {ref: self.node_deviation(ref, left.get(ref), right.get(ref))
                 for ref in different}
        for why in filter(None, known.values()):
            follower.known[why] += 1
        different = [ref for ref in different if not known[ref]]
        follower.nodes[1] += len(different)
        if not different:
            order = list(left), list(right)
            if order[0] != order[1] and not (set(order[0]) ^ set(order[1])):
                follower.known[agreement.ORDER] += 1
            follower.agreed["dump"] += 1
            return
        fresh = [ref for ref in different if ref not in follower.stuck]
        ref = (fresh or different)[0]
        follower.differs("dump", f"{self.name}, {follower.name}: dump: {ref}"
                         f" ({len(different)} nodes): {apart(left.get(ref), right.get(ref))}")
        if beginning:
            follower.stuck.update(different)
        elif fresh:
            follower.in_step = False

    def node_deviation(self, ref, left, right):
        if self.name.startswith("x-wildcard") and ref == "/data/n":
            return agreement.WILDCARD
        return agreement.node_deviation(left, right, ref, self.counted)

    def submission_deviation(self, left, right):
        if self.name.startswith("x-wildcard"):
            return agreement.WILDCARD
        return agreement.submission_deviation(self.counted)(left, right)

    def repair(self, follower, left, right, different):
        """JavaRosa takes away answers that are no longer offered: does so here too."""
        for _ in range(3):
            gone = [ref for ref in different if agreement.node_deviation(
                left.get(ref), right.get(ref)) == agreement.FILTERED_AWAY]
            if not gone:
                break
            for ref in gone:
                follower.known[agreement.FILTERED_AWAY] += 1
                follower.engine.do(op="set", ref=ref, value=left[ref]["value"])
            right = agreement.nodes(follower.engine.do(op="dump"))
            different = [ref for ref in {**left, **right} if left.get(ref) != right.get(ref)]
        return right

    # --- One step ----------------------------------------------------------------

    def events(self):
        reply, replies = self.exchange({"op": "events"})
        for follower, mine in replies:
            self.compare_pages(follower, agreement.pages(reply), agreement.pages(mine))
        return [event for event in reply.get("events", []) if event["relevant"]
                and not self.is_surplus(event)]

    def is_surplus(self, event):
        """Whether it stands in an instance that only JavaRosa takes to be there."""
        ref = plain(event["ref"])
        return any(ref.startswith(repeat) for repeat in self.counted) and not all(
            ref in present for present in self.present.values())

    def compare_pages(self, follower, left, right):
        def there(pages):
            return [page for page in pages if not any(
                page[0].split(" ", 1)[1].startswith(repeat) for repeat in self.counted)]
        left, right = there(left), there(right)
        if [ref for ref, _ in left] != [ref for ref, _ in right]:
            follower.differs("events", f"{self.name}, {follower.name}: events: "
                             + apart([ref for ref, _ in left], [ref for ref, _ in right]))
            return
        unknown = 0
        for (ref, mine), (_, theirs) in zip(left, right):
            if mine != theirs:
                why = agreement.page_deviation(mine, theirs)
                if why:
                    follower.known[why] += 1
                elif not unknown:
                    unknown = 1
                    follower.differs("events", f"{self.name}, {follower.name}: events: {ref}: "
                                     + apart(mine, theirs))
        if not unknown:
            follower.agreed["events"] += 1

    def question(self, event, kinds):
        ref, rng = event["ref"], self.rng
        kind, offer = kinds[ref]["type"], []
        if kind in ("CHOICE", "MULTIPLE_ITEMS"):
            offer = [choice[0] for choice in self.do(
                agreement.offered, "choices", why=words_missing, ref=ref).get("choices", [])]
            self.dump()  # JavaRosa has just taken away what is no longer offered
        text = answer(rng, kind, offer)
        self.do(agreement.constraint, "check", ref=ref, value=text)
        if kind == "DATE_TIME" and agreement.of_this_run(kinds[ref].get("value") or ""):
            kind = "TEXT"  # the moment of opening, which is not the same in both
        for probe in rng.sample(PROBES, 2) + rng.sample(PROBES_BY_TYPE.get(kind, PROBES), 1):
            why = lambda left, right: agreement.probe_deviation(
                kind, probe, kinds[ref].get("value"), left, right)
            self.do(agreement.result, "eval", why=why, ctx=ref, expr=probe)
        if not event["readonly"]:
            self.do(agreement.verdict, "set", ref=ref, value=text)

    def step(self, event, kinds, open_repeats):
        if event["ev"] == "question" and event["ref"] in kinds:
            self.question(event, kinds)
        elif event["ev"] == "new-repeat" and self.rng.random() < 0.5:
            self.do(agreement.made, "addRepeat", ref=stem(event))
        # With a count of the form's own nobody is offered to take an instance away.
        elif event["ev"] == "repeat" and stem(event) in open_repeats and self.rng.random() < 0.2:
            self.do(agreement.done, "delRepeat", ref=event["ref"])

    def walk(self, paths, steps):
        """Fills in the form once."""
        loaded = self.load(paths)
        if not loaded["ok"]:
            return
        beginning, languages = True, loaded.get("languages") or []
        for number in range(steps):
            if not beginning and not all(f.in_step or not f.loaded for f in self.followers):
                self.load(paths)
                beginning = True
            kinds = {node["ref"]: node for node in self.dump(beginning)["nodes"]}
            beginning = False
            events = self.events()
            if not events:
                break
            if languages and self.rng.random() < 0.1:
                self.do(agreement.done, "lang", lang=self.rng.choice(languages))
            self.step(self.rng.choice(events), kinds,
                      {stem(event) for event in events if event["ev"] == "new-repeat"})
            if number % 7 == 6:
                self.dump()
                self.do(agreement.validity, "validate", why=agreement.validity_deviation)
                self.do(agreement.submission, "xml", why=self.submission_deviation)
        self.dump()
        self.do(agreement.validity, "validate", why=agreement.validity_deviation)
        self.do(agreement.done, "finalize")
        self.dump()
        self.do(agreement.submission, "xml", why=self.submission_deviation)


def stem(event):
    """The repeat of an instance."""
    return re.sub(r"\[\d+\]$", "", event["ref"])


def answer(rng, kind, offer):
    if kind == "CHOICE":
        return rng.choice(offer + [""])
    if kind == "MULTIPLE_ITEMS":
        return " ".join(rng.sample(offer, rng.randint(0, len(offer))))
    return rng.choice(VALUES.get(kind, TEXTS))


def words_missing(left, right):
    """Whether two lists of choices differ in nothing but words that were never written."""
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        if all(a[0] == b[0] and (a[1] == b[1] or a[1] == "-") for a, b in zip(left, right)):
            return agreement.NO_TRANSLATION
    return None


def apart(left, right):
    """The first place where two things differ."""
    while type(left) is type(right) and left != right:
        if isinstance(left, dict):
            key = next(key for key in {**left, **right} if left.get(key) != right.get(key))
        elif isinstance(left, (list, tuple)) and len(left) == len(right):
            key = next(key for key, pair in enumerate(zip(left, right)) if pair[0] != pair[1])
        elif isinstance(left, list) and isinstance(right, list):
            extra = [item for item in left if item not in right], [i for i in right if i not in left]
            return f"JavaRosa alone {str(extra[0])[:200]}, ours alone {str(extra[1])[:200]}"
        else:
            break
        left, right = (left.get(key), right.get(key)) if isinstance(left, dict) else (
            left[key], right[key])
        if not isinstance(left, (dict, list, tuple)):
            return f"{key}: JavaRosa {left!r}, ours {right!r}"
    return f"JavaRosa {str(left)[:300]!r}, ours {str(right)[:300]!r}"


def fill(name, paths, oracle, engines, seeds, steps):
    """Several walks through one form; the followers with their counts."""
    followers = [Follower(label, engine) for label, engine in engines.items()]
    for seed in seeds:
        walk = Walk(f"{name} seed {seed}", oracle, followers, random.Random(seed))
        try:
            walk.walk(paths, steps)
        except Ended as ended:
            for follower in followers:
                follower.differs("load", f"{name} seed {seed}: {ended}")
    return followers

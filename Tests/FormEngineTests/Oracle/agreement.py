"""What of a reply has to agree, by operation, and which differences are known.

A known deviation bears the first words of its row in Forms/DEVIATIONS.md; nothing
else excuses a difference."""
import datetime
import decimal
import os
import re
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))

STRINGS = "Strings"
BIG_NUMBERS = "Big and small numbers as text"
MAXIMUM = "`max` of negative numbers"
SEVERAL_NODES = "Several nodes where one value is wanted"
CALCULATED_DATE = "`today()` or a date in a `calculate`"
TIME_OF_DAY = "A time of day as text or number"
TEXT_AS_DATE = "A text calculated into a `date` question"
FILTERED_AWAY = "A choice that a filter no longer offers"
DATES_IN_LABELS = "Dates in labels"
NO_TRANSLATION = "A missing translation"
COUNT = "Instances beyond a smaller `repeat_count`"
ORDER = "The first instance of a repeat inside a new instance"
BLANKS = "Blanks between two values in a text"
WILDCARD = "A wildcard before a name"

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
EXPONENT = re.compile(r"(?<![\w.])-?\d+\.\d+E-?\d+(?!\w)")
MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\dT00:00:00\.000Z")


def unwritten(path=os.path.join(HERE, "..", "..", "..", "Forms", "DEVIATIONS.md")):
    """The deviations named here that have no row there."""
    with open(path, encoding="utf-8") as file:
        rows = {line.split("|")[1].strip() for line in file if line.startswith("|")}
    return [value for name, value in globals().items()
            if name.isupper() and isinstance(value, str) and name != "HERE" and value not in rows]


def plain(ref):
    """References without the positions that name the only instance."""
    return (ref or "").replace("[1]", "")


# --- What has to agree ----------------------------------------------------------


def done(reply):
    return reply["ok"]


def loaded(reply):
    return reply["ok"], reply.get("formId"), reply.get("title"), reply.get("languages")


def refusal(reply):
    """JavaRosa has no word for a text that is no number: it fails to cast it."""
    cast = "Invalid cast" in (reply.get("message") or "") or reply.get("error") in (
        "NumberFormatException", "IllegalArgumentException")
    return "no answer" if cast or str(reply.get("error")).startswith("not-a-") else reply["error"]


def verdict(reply):
    if not reply["ok"]:
        return refusal(reply)
    result = reply.get("result")
    return "no answer" if str(result).startswith("not-a-") else result


def constraint(reply):
    return reply["constraint"] if reply["ok"] else refusal(reply)


def made(reply):
    return reply["ok"] and plain(reply["ref"])


def validity(reply):
    return reply.get("valid"), reply.get("outcome"), plain(reply.get("ref"))


def offered(reply):
    return reply.get("choices", reply.get("error"))


def text_of(reply):
    """The value of an `eval` reply as text."""
    if not reply["ok"]:
        return "<no value>"
    if reply["type"] == "nodeset":
        return (reply["value"] or [""])[0]
    return reply.get("string", str(reply["value"]).lower() if isinstance(reply["value"], bool)
                     else reply["value"])


def result(reply):
    return written(text_of(reply))


def written(value):
    """A value as both write it: a calculated day has no time of day here, numbers
    have no exponent, and what is of the moment or random is not compared."""
    if value is None:
        return None
    value = EXPONENT.sub(lambda found: format(decimal.Decimal(found[0]), "f"), value)
    if MIDNIGHT.fullmatch(value):
        return value[:10]
    value = UUID.sub("<uuid>", value)
    found = MOMENT.fullmatch(value)
    return "<moment>" if found and of_this_run(value) else value


def of_this_run(value):
    """Whether a moment is of this run: of yesterday, today or tomorrow."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    try:
        day = datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return abs((day - today).days) <= 1


def nodes(reply):
    """All nodes by reference."""
    found = {}
    for node in reply.get("nodes", []):
        found[plain(node["ref"])] = {
            "value": written(node.get("value")), "relevant": node["relevant"],
            "required": node["required"], "readonly": node["readonly"],
            "constraintOk": node.get("constraintOk"), "type": node["type"]}
    return found


def pages(reply):
    """What a person goes through, in order; groups show nothing here."""
    words = ("label", "hint", "constraintMsg", "appearance", "required", "readonly")
    def said(value):
        return written(value) if isinstance(value, str) else value
    return [(event["ev"] + " " + plain(event["ref"]),
             {word: said(event.get(word)) or None for word in words}
             if event["ev"] == "question" else {})
            for event in reply.get("events", []) if event["relevant"] and event["ev"] != "group"]


def submission(reply):
    """The instance as elements, attributes and texts."""
    if not reply["ok"]:
        return reply["error"]
    return canonical(xml.etree.ElementTree.fromstring(reply["xml"]))


def canonical(element):
    # Sorted by name: where a first instance stands among other names is no matter
    # (DEVIATIONS, ORDER); instances of one name keep their order.
    children = sorted((canonical(child) for child in element), key=lambda child: child[0])
    text = "" if children else written(element.text or "")
    attributes = sorted((name, written(value)) for name, value in element.attrib.items())
    return [element.tag, attributes, text, children]


# --- Why it may differ ----------------------------------------------------------


def validity_deviation(left, right):
    """JavaRosa looks at no choices when it validates."""
    return FILTERED_AWAY if right[1] == "not-a-choice" else None


def submission_deviation(counted):
    """Instances that only JavaRosa takes to be there, in a submission."""
    names = {repeat.split("/")[-1] for repeat in counted}

    def without(element):
        if isinstance(element, str):
            return element
        children = [without(child) for child in element[3] if child[0] not in names]
        return [*element[:3], children]
    return lambda left, right: COUNT if names and without(left) == without(right) else None


def beyond_plane(text):
    return any(ord(character) > 0xFFFF for character in text or "")


def probe_deviation(kind, probe, value, left, right):
    """Why a probe comes out differently; None when nothing explains it."""
    if beyond_plane(value) and re.search("string-length|substr|regex|translate", probe):
        return STRINGS
    if kind == "DATE" and re.search("number|<|>", probe):
        return TEXT_AS_DATE
    if kind == "TIME":
        return TIME_OF_DAY
    # Java before 19 does not always write the shortest digits of a number.
    if re.search(r"\dE-?\d", left or "") or all(
            re.fullmatch(r"-?\d{17,}", side or "") for side in (left, right)):
        return BIG_NUMBERS
    if "max(" in probe and left == "0" and (right or "").startswith("-"):
        return MAXIMUM
    return None


def node_deviation(left, right, ref="", counted=()):
    """Why a node differs, mostly in nothing but its value; None when nothing
    explains it. `counted` are the repeats whose instances the form counts."""
    if any(ref.startswith(repeat) for repeat in counted) and (
            not left or not right or left["relevant"] != right["relevant"]):
        return COUNT
    if not left or not right:
        return None
    apart = {key for key in left if left[key] != right[key]}
    if not apart <= {"value", "constraintOk"}:
        return None
    mine, theirs = right["value"] or "", left["value"] or ""
    if left["type"] in ("CHOICE", "MULTIPLE_ITEMS") and len(theirs) < len(mine):
        if set(theirs.split()) < set(mine.split()):
            return FILTERED_AWAY
    if re.search(r"\dE-?\d", theirs) and re.sub(r"\D", "", mine):
        return BIG_NUMBERS
    if theirs == "0" and mine.startswith("-") and left["type"] == "TEXT":
        return MAXIMUM
    return None


def page_deviation(left, right):
    """Why the words of a page differ: only labels and hints may, and why."""
    why = None
    for word in ("label", "hint", "constraintMsg"):
        if left.get(word) == right.get(word):
            continue
        bare = [(side.get(word) or "").replace(" ", "") for side in (left, right)]
        if left.get(word) == "-":
            why = NO_TRANSLATION
        elif bare[0] == bare[1]:
            why = BLANKS
        elif re.search(r"\d\d/\d\d/\d\d", left.get(word) or ""):
            why = DATES_IN_LABELS
        else:
            return None
    rest = ("appearance", "required", "readonly")
    return why if all(left.get(word) == right.get(word) for word in rest) else None

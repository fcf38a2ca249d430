#!/usr/bin/env python3
"""Writes Sync/vectors: examples of PROTOCOL.md, computed without the Swift code.

    script/make-vectors.py            write the files
    script/make-vectors.py --check    compare only; 1 when a file differs

Python 3 and its standard library. The output depends on nothing but this file.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import tarfile
import uuid

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sync" / "vectors"

DEVICE = "0198c0de-0000-7000-8000-0000000000d1"
OTHER_DEVICE = "0198c0de-0000-7000-8000-0000000000d2"
INCARNATION = "3f0a9f5e-8f1d-4c6a-9b1e-2a7d5c4b3e21"
OTHER_INCARNATION = "a4d1c3b2-0e5f-4a6b-8c7d-9e0f1a2b3c4d"
EPOCH = "5b7c9d1e-2f3a-4b5c-8d6e-7f8091a2b3c4"
HOUSEHOLD = "0198c0de-1000-7abc-8def-000000000001"
PERSON = "0198c0de-1000-7abc-8def-000000000002"
EVENT = "0198c0de-1000-7abc-8def-000000000003"
OPS = [f"0198c0de-2000-7abc-8def-{n:012x}" for n in range(1, 9)]
GRID = "440399001001001"
BOOT = "6f1cbb2e-8d3a-4f0e-9a57-3c1d2e4f5a6b"
NOW = 1790000000000
OPERATION_BYTES = 262_144
SEGMENT_OPERATIONS = 500
SEGMENT_BYTES = 1_048_576

files: dict[str, bytes] = {}


def wire(value) -> str:
    """JSON as the protocol writes it: sorted, compact, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(name: str, about: str, **members) -> None:
    text = json.dumps({"about": about, **members}, indent=1, ensure_ascii=False)
    files[name] = (text + "\n").encode()


def conflict_id(op: str, field: str) -> str:
    """Version 8 (RFC 9562 §5.8) out of a digest."""
    half = bytearray(hashlib.sha256(f"gridwalk-conflict/1 {op} {field}".encode()).digest()[:16])
    half[6] = half[6] & 0x0F | 0x80
    half[8] = half[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(half)))


def genesis(incarnation: str, lane: str) -> str:
    return sha(f"gridwalk-journal/1 {incarnation} {lane}".encode())


def chain(lines: list[bytes], previous: str) -> list[str]:
    hashes = []
    for line in lines:
        previous = sha(bytes.fromhex(previous) + line)
        hashes.append(previous)
    return hashes


# SHA-256 -------------------------------------------------------------------

TWO_BLOCKS = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"


def pattern(length: int) -> bytes:
    return bytes((i * 31 + 7) % 256 for i in range(length))


put(
    "sha256.json",
    "SHA-256. 'fips' holds the examples of FIPS 180-4 (text repeated 'times'); "
    "'lengths'[n] is the digest of the n bytes (i*31+7) mod 256, i = 0 … n-1.",
    fips=[
        {"text": "", "times": 1, "sha256": sha(b"")},
        {"text": "abc", "times": 1, "sha256": sha(b"abc")},
        {"text": TWO_BLOCKS.decode(), "times": 1, "sha256": sha(TWO_BLOCKS)},
        {"text": "a", "times": 1_000_000, "sha256": sha(b"a" * 1_000_000)},
    ],
    lengths=[sha(pattern(n)) for n in range(201)],
)


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


put(
    "sha1.json",
    "SHA-1, for tus checksums only. 'fips' and 'lengths' as in sha256.json.",
    fips=[{"text": text, "times": times, "sha1": sha1((text * times).encode())}
          for text, times in (("", 1), ("abc", 1), (TWO_BLOCKS.decode(), 1), ("a", 1_000_000))],
    lengths=[sha1(pattern(n)) for n in range(201)],
)

# Operations and the chain ---------------------------------------------------


def operation(number: int, seq: int, **members) -> dict:
    return {
        "op": OPS[number],
        "lane": "normal",
        "seq": seq,
        "base": 0,
        "evidence": {"at": NOW + seq, "boot": BOOT, "mono": 81_234_567 + seq},
        **members,
    }


create = operation(
    0, 1, record=HOUSEHOLD, element="household", kind="household", action="create", grid=GRID,
    fields={"address": "南山区蛇口街道渔村路12号/3", "rooms": 3, "rent": 1850.5, "let": True,
            "note": None, "languages": ["粤语", "客家话"], "quote": "“a\"b\\c”\n\t𠮷"},
    position={"latitude": 22.485123, "longitude": 113.918456, "accuracy": 4.5, "source": "gnss",
              "at": NOW, "outside": True},
    photos=[sha(b"photo 1"), sha(b"photo 2")],
)
update = operation(
    1, 2, record=PERSON, element="person", kind="person", action="update", base=41,
    parent=HOUSEHOLD, fields={"phone": "13800138000", "note": None},
)
delete = operation(
    3, 4, record=PERSON, element="person", kind="person", action="delete", base=42,
    undoes=OPS[1], evidence={"at": NOW},
)
decision = operation(
    5, 5, record=PERSON, element="person", kind="person", action="update", base=47,
    fields={"phone": "13800138000"}, resolves=[conflict_id(OPS[1], "phone")],
    seen=[OPS[1], OPS[7]],
)
act = operation(
    4, 1, record=EVENT, element="event", kind="task", action="act", base=43, lane="urgent",
    fields={"act": "accept"},
)
NO_OPERATION = "这一行不是操作 this line is no operation"
LINES = [wire(create).encode(), wire(update).encode(), NO_OPERATION.encode(), wire(delete).encode()]
HASHES = chain(LINES, genesis(INCARNATION, "normal"))
URGENT = [wire(act).encode()]
URGENT_HASHES = chain(URGENT, genesis(INCARNATION, "urgent"))

put(
    "chain.json",
    "The hash chain of two lanes (PROTOCOL.md §3): hash(0) and the hash of every line, "
    "of which one is no operation.",
    lanes=[
        {"incarnation": INCARNATION, "lane": "normal", "genesis": genesis(INCARNATION, "normal"),
         "entries": [{"line": line.decode(), "hash": h} for line, h in zip(LINES, HASHES)]},
        {"incarnation": INCARNATION, "lane": "urgent", "genesis": genesis(INCARNATION, "urgent"),
         "entries": [{"line": line.decode(), "hash": h} for line, h in zip(URGENT, URGENT_HASHES)]},
        {"incarnation": OTHER_INCARNATION, "lane": "normal",
         "genesis": genesis(OTHER_INCARNATION, "normal"), "entries": []},
    ],
)


def altered(**members) -> str:
    """The update with members replaced; a value of ... takes the member away."""
    changed = {**update, **members}
    return wire({name: value for name, value in changed.items() if value is not ...})


put(
    "operations.json",
    "Lines of operations. 'operations' are read and written back to the same text; "
    "'tolerated' are read, members and spelling that are not known or not ours notwithstanding; "
    "'malformed' are no operations: refused alone, with the code malformed.",
    operations=[wire(create), wire(update), wire(delete), wire(act), wire(decision)],
    tolerated=[
        {"why": "unknown member", "line": altered(future={"deep": [1, {"x": None}]})},
        {"why": "unknown member of evidence",
         "line": altered(evidence={"at": NOW, "gnss": NOW + 1})},
        {"why": "white space and another order", "line": json.dumps(update, indent=None)},
        {"why": "escapes instead of UTF-8", "line": json.dumps(create)},
    ],
    malformed=[
        {"why": "empty line", "line": ""},
        {"why": "text", "line": NO_OPERATION},
        {"why": "an array", "line": "[" + wire(update) + "]"},
        {"why": "cut off", "line": wire(update)[:-1]},
        {"why": "something behind it", "line": wire(update) + "}"},
        {"why": "no op", "line": altered(op=...)},
        {"why": "no evidence", "line": altered(evidence=...)},
        {"why": "upper-case identifier", "line": altered(op=OPS[1].upper())},
        {"why": "unknown lane", "line": altered(lane="fast")},
        {"why": "unknown action", "line": altered(action="upsert")},
        {"why": "unknown element", "line": altered(element="star")},
        {"why": "seq in quotes", "line": altered(seq="2")},
        {"why": "fractional seq", "line": altered(seq=2.5)},
        {"why": "seq beyond 64 bits", "line": altered(seq=2**64)},
        {"why": "base is null", "line": altered(base=None)},
        {"why": "fields is a list", "line": altered(fields=["phone"])},
        {"why": "resolves is no list", "line": altered(resolves=conflict_id(OPS[1], "phone"))},
        {"why": "a number beyond Double",
         "line": altered(fields={"n": 12345}).replace("12345", "1e999")},
        {"why": "NaN", "line": altered(fields={"n": 12345}).replace("12345", "NaN")},
        {"why": "half a surrogate pair",
         "line": altered(fields={"t": "@"}).replace("@", "\\ud800")},
        {"why": "latitude beyond the pole",
         "line": altered(position={"latitude": 90.5, "longitude": 0, "source": "manual"})},
        {"why": "negative accuracy",
         "line": altered(position={"latitude": 22.5, "longitude": 114.1, "accuracy": -1,
                                   "source": "gnss"})},
    ],
)

# Segments -------------------------------------------------------------------


def header(first: int, lines: list[bytes], previous: str, **members) -> dict:
    return {
        "gridwalk": "segment/1", "device": DEVICE, "incarnation": INCARNATION, "lane": "normal",
        "first": first, "last": first + len(lines) - 1, "previous": previous,
        "hash": chain(lines, previous)[-1] if lines else previous, "schema": 1, **members,
    }


def join(head: dict, lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in [wire(head).encode(), *lines])


whole = join(header(1, LINES, genesis(INCARNATION, "normal")), LINES)
tail_head = header(2, LINES[1:], HASHES[0])
tail = join(tail_head, LINES[1:])
urgent = join(
    header(1, URGENT, genesis(INCARNATION, "urgent"), lane="urgent"), URGENT)

accepted = []
refused = []


def accept(name: str, content: bytes, **members) -> None:
    files[f"segments/{name}.segment"] = content
    accepted.append({"name": name, "file": f"segments/{name}.segment", "length": len(content),
                     "sha256": sha(content), **members})


def refuse(name: str, why: str, problem: str, content: bytes) -> None:
    files[f"segments/{name}.segment"] = content
    refused.append({"name": name, "why": why, "file": f"segments/{name}.segment",
                    "length": len(content), "sha256": sha(content), "problem": problem})


def recipe(into: list, name: str, why: str, problem, head: dict, lines: list[dict]) -> None:
    """A segment too large to store: its header and how its lines repeat."""
    content = wire(head).encode() + b"\n"
    for line in lines:
        content += ((line["text"] * line["times"]).encode() + b"\n") * line["count"]
    entry = {"name": name, "why": why, "header": wire(head), "lines": lines,
             "length": len(content), "sha256": sha(content)}
    if problem:
        entry["problem"] = problem
    into.append(entry)


def spread(lines: list[dict]) -> list[bytes]:
    return [(line["text"] * line["times"]).encode() for line in lines for _ in range(line["count"])]


accept("whole", whole, device=DEVICE, incarnation=INCARNATION, lane="normal", first=1, last=4,
       previous=genesis(INCARNATION, "normal"), hash=HASHES[3])
accept("tail", tail, device=DEVICE, incarnation=INCARNATION, lane="normal", first=2, last=4,
       previous=HASHES[0], hash=HASHES[3])
accept("urgent", urgent, device=DEVICE, incarnation=INCARNATION, lane="urgent", first=1, last=1,
       previous=genesis(INCARNATION, "urgent"), hash=URGENT_HASHES[0])

BAD = "segment-malformed"
refuse("empty", "no bytes at all", BAD, b"")
refuse("newline-only", "one empty line", BAD, b"\n")
refuse("truncated", "ends within the last line", BAD, tail[:-20])
refuse("truncated-at-line", "the last line is missing whole", BAD, tail[:-len(LINES[3]) - 1])
refuse("no-final-newline", "the last line has no end", BAD, tail[:-1])
refuse("header-only", "no operation follows", BAD, join(tail_head, []))
refuse("extra-line", "one line more than the header says", BAD, tail + b"{}\n")
refuse("count", "last is one too high", BAD, join({**tail_head, "last": 5}, LINES[1:]))
refuse("first-zero", "first is 0", BAD, join({**tail_head, "first": 0, "last": 2}, LINES[1:]))
refuse("last-before-first", "last is below first", BAD, join({**tail_head, "last": 1}, LINES[1:]))
refuse("huge-numbers", "numbers beyond 2^53", BAD,
       join({**tail_head, "first": 2**53 - 1, "last": 2**53 + 1}, LINES[1:]))
refuse("foreign-format", "gridwalk is segment/2", BAD,
       join({**tail_head, "gridwalk": "segment/2"}, LINES[1:]))
refuse("header-no-json", "the header is no JSON", BAD, b"segment/1\n" + tail.split(b"\n", 1)[1])
refuse("header-lane", "an unknown lane", BAD, join({**tail_head, "lane": "fast"}, LINES[1:]))
refuse("header-digest", "hash in upper case", BAD,
       join({**tail_head, "hash": HASHES[3].upper()}, LINES[1:]))
refuse("header-missing", "the header has no device", BAD,
       join({k: v for k, v in tail_head.items() if k != "device"}, LINES[1:]))
refuse("header-bom", "a byte order mark before the header", BAD, b"\xef\xbb\xbf" + tail)
refuse("header-utf16", "the header is UTF-16", BAD,
       wire(tail_head).encode("utf-16-le") + b"\n" + b"".join(l + b"\n" for l in LINES[1:]))
refuse("altered", "one byte of a phone number altered", "chain-broken",
       tail.replace(b"13800138000", b"13800138001"))
refuse("swapped", "two lines swapped", "chain-broken",
       join(tail_head, [LINES[2], LINES[1], LINES[3]]))
refuse("crlf", "a carriage return before a line's end", "chain-broken",
       join(tail_head, [LINES[1] + b"\r", *LINES[2:]]))
refuse("wrong-previous", "previous is another hash", "chain-broken",
       join({**tail_head, "previous": HASHES[1]}, LINES[1:]))
refuse("wrong-hash", "hash is another hash", "chain-broken",
       join({**tail_head, "hash": HASHES[2]}, LINES[1:]))

most = [{"text": "x", "times": 1, "count": SEGMENT_OPERATIONS}]
recipe(accepted, "most-operations", "as many operations as a segment may have", None,
       header(1, spread(most), HASHES[0]), most)
longest = [{"text": "a", "times": OPERATION_BYTES, "count": 1}]
recipe(accepted, "longest-line", "a line as long as it may be", None,
       header(1, spread(longest), HASHES[0]), longest)
room = SEGMENT_BYTES - len(wire(header(1, [b""] * 4, HASHES[0]))) - 1 - 3 * (OPERATION_BYTES + 1) - 1
largest = [{"text": "a", "times": OPERATION_BYTES, "count": 3}, {"text": "b", "times": room, "count": 1}]
recipe(accepted, "largest", "as many bytes as a segment may have", None,
       header(1, spread(largest), HASHES[0]), largest)
over = [{"text": "x", "times": 1, "count": SEGMENT_OPERATIONS + 1}]
recipe(refused, "too-many-operations", "one operation too many", BAD,
       header(1, spread(over), HASHES[0]), over)
over = [{"text": "a", "times": OPERATION_BYTES + 1, "count": 1}]
recipe(refused, "line-too-long", "a line one byte too long", BAD,
       header(1, spread(over), HASHES[0]), over)
over = [largest[0], {**largest[1], "times": room + 1}]
recipe(refused, "too-large", "one byte too many", BAD, header(1, spread(over), HASHES[0]), over)
over = [{"text": "", "times": 1, "count": 1_000_000}]
recipe(refused, "newlines", "a million empty lines", BAD, header(1, spread(over), HASHES[0]), over)

put(
    "segments.json",
    "Segments (PROTOCOL.md §4). 'accepted' are well formed; 'refused' are not, 'problem' is the "
    "code the centre answers when the bytes hash to the announced SHA-256. An entry either names "
    "a file or says how to build the bytes: the header's line, then each of 'lines' (text "
    "repeated 'times') 'count' times; every line ended by LF. 'foreign' are well formed and "
    "refused by the centre for another reason.",
    accepted=accepted,
    refused=refused,
    foreign=[
        {"name": "schema", "why": "an operation format nobody knows", "problem": "schema-unsupported",
         "text": join({**tail_head, "schema": 2}, LINES[1:]).decode()},
        {"name": "device", "why": "another device's segment", "problem": "segment-foreign",
         "text": join({**tail_head, "device": OTHER_DEVICE}, LINES[1:]).decode()},
    ],
)

# Receipts -------------------------------------------------------------------

RESULTS = [
    {"seq": 1, "op": OPS[0], "result": "applied", "version": 42},
    {"seq": 2, "op": OPS[1], "result": "merged", "version": 43},
    {"seq": 3, "result": "refused", "code": "malformed"},
    {"seq": 4, "op": OPS[3], "result": "conflict", "version": 44},
    {"seq": 5, "op": OPS[5], "result": "refused", "code": "grid-out-of-scope"},
    {"seq": 6, "op": OPS[6], "result": "refused", "code": "moon-too-full"},
]
segment_receipt = {"kind": "segment", "epoch": EPOCH, "lane": "normal", "first": 1, "last": 6,
                   "results": RESULTS, "missing": [sha(b"photo 2")]}
photo_receipt = {"kind": "photo", "epoch": EPOCH, "sha256": sha(b"photo 1"), "bytes": 161713}
thumbnail_receipt = {"kind": "thumbnail", "epoch": EPOCH, "sha256": sha(b"thumbnail 1"),
                     "of": sha(b"photo 1")}
put(
    "receipts.json",
    "Receipts (PROTOCOL.md §6): 'receipts' are read and written back to the same text; one result "
    "carries a refusal code of a later version. 'tolerated' has unknown members. 'refused' are no "
    "receipts: a failure of the network, never a success.",
    receipts=[wire(segment_receipt), wire(photo_receipt),
              wire({**segment_receipt, "last": 1, "results": RESULTS[:1], "missing": []}),
              wire(thumbnail_receipt)],
    tolerated=[wire({**segment_receipt, "signature": "…", "results": [
        {**result, "took": 3} for result in RESULTS]})],
    refused=["", "<html>Please log in</html>", "{}", wire({**photo_receipt, "kind": "video"}),
             wire({**photo_receipt, "sha256": sha(b"photo 1").upper()}),
             wire({**segment_receipt, "lane": "fast"}),
             wire({**segment_receipt, "results": [{**RESULTS[0], "result": "perhaps"}]}),
             wire({**segment_receipt, "epoch": "yesterday"}),
             wire({**thumbnail_receipt, "of": "photo 1"}),
             wire({**photo_receipt, "kind": "thumbnail"})],
)

# Changes --------------------------------------------------------------------

BOUNDARY = {"type": "MultiPolygon", "coordinates": [[[
    [113.91, 22.48], [113.92, 22.48], [113.92, 22.49], [113.91, 22.49], [113.91, 22.48]]]]}
household = {"id": HOUSEHOLD, "element": "household", "kind": "household", "grid": GRID,
             "fields": {"address": "渔村路12号", "rooms": 3}, "version": 42,
             "position": {"latitude": 22.485123, "longitude": 113.918456, "source": "exif"},
             "photos": [sha(b"photo 1")]}
gone_person = {"id": PERSON, "element": "person", "kind": "person", "grid": GRID,
               "parent": HOUSEHOLD, "fields": {}, "version": 43, "deleted": True}
CONFLICT = {"id": conflict_id(OPS[1], "phone"), "record": PERSON, "field": "phone",
            "base": "13700137000", "shown": "13800138000", "kept": "13900139000", "op": OPS[1],
            "shownBy": {"op": OPS[1], "worker": "W0017", "name": "陈晓燕", "at": NOW + 2},
            "keptBy": {"op": OPS[7], "worker": "W0018", "name": "李国强", "at": NOW + 1}}
CHANGES = {
    "enter": {"type": "enter", "grid": {"id": GRID, "name": "渔村一格", "boundary": BOUNDARY}},
    "record": {"type": "record", "version": 42, "record": household},
    "deleted": {"type": "record", "version": 43, "record": gone_person},
    "gone": {"type": "gone", "version": 44, "id": EVENT},
    "receipt": {"type": "receipt", "version": 45, "incarnation": INCARNATION, "lane": "normal",
                "first": 1, "last": 6, "results": RESULTS},
    "form": {"type": "form", "version": 46, "form": {
        "id": "household", "version": "2026112101", "source": "type,name,label\ntext,address,地址\n"}},
    "formWithLists": {"type": "form", "version": 46, "form": {
        "id": "visit", "version": "1", "source": "survey\n",
        "attachments": {"doors.csv": "name,label\nd1,3栋\n", "wells.geojson": "{}"}}},
    "conflict": {"type": "conflict", "version": 47, "conflict": CONFLICT},
    "cleared": {"type": "conflict", "version": 48, "conflict": {
        "id": conflict_id(OPS[1], "rooms"), "record": PERSON, "field": "rooms", "base": None,
        "shown": None, "kept": 3, "op": OPS[1]}},
    "resolved": {"type": "conflict", "version": 49, "conflict": {
        **CONFLICT, "resolved": {"op": OPS[5], "worker": "W0017", "name": "陈晓燕"}}},
    "leave": {"type": "leave", "grid": {"id": GRID}},
}


def page(changes: list, **members) -> str:
    return wire({"epoch": EPOCH, "now": NOW, "cursor": "djE6NDc", "more": False,
                 "changes": changes, **members})


put(
    "changes.json",
    "Pages of the change feed (PROTOCOL.md §8): 'changes' has every type, each read and written "
    "back to the same text; 'page' has them all; 'empty' is the last page. 'tolerated' has an "
    "unknown type and unknown members: passed over. 'skipped' has changes with a word of a closed "
    "set that nobody knows, each passed over alone, and a known one behind them. 'refused' are no "
    "pages.",
    changes={name: wire(change) for name, change in CHANGES.items()},
    page=page(list(CHANGES.values()), more=True),
    empty=page([]),
    tolerated=page([
        {"type": "weather", "version": 50, "storm": {"level": "橙色"}},
        {**CHANGES["record"], "hint": 1, "record": {**household, "colour": "red"}},
        {**CHANGES["enter"], "grid": {**CHANGES["enter"]["grid"], "district": "南山"}},
        {"type": "leave", "grid": {"id": GRID, "name": "渔村一格"}},
        {"type": "conflict", "version": 47, "conflict": {
            "id": CONFLICT["id"], "record": PERSON, "field": "phone", "shown": "13800138000",
            "kept": "13900139000", "op": OPS[1], "weight": 2}},
    ], speed="fast"),
    skipped=page([
        {"type": "record", "version": 51, "record": {**household, "element": "star"}},
        {"type": "record", "version": 52, "record": {
            **household, "position": {**household["position"], "source": "beidou-sms"}}},
        {**CHANGES["receipt"], "lane": "fast"},
        {**CHANGES["receipt"], "results": [{**RESULTS[0], "result": "perhaps"}]},
        CHANGES["record"],
    ]),
    refused=["", "<html>Please log in</html>", "[]", page([{"version": 1}]),
             page([{"type": "record", "version": 51, "record": {**household, "element": 7}}]),
             page([{"type": "gone", "version": 44}]),
             page([{"type": "record", "version": 42, "record": {**household, "id": "x"}}]),
             wire({"epoch": EPOCH, "now": NOW, "cursor": "", "more": False})],
)

# Enrolment and session ------------------------------------------------------

worker = {"id": "W0017", "name": "陈晓燕"}
enroll_request = {"code": "7K4M-Q2XP", "incarnation": INCARNATION, "name": "小陈的手持机", "schema": 1}
enroll_answer = {"device": DEVICE, "token": "gw1_" + base64.urlsafe_b64encode(
    hashlib.sha256(b"token").digest()).decode().rstrip("="), "epoch": EPOCH, "city": "440300",
    "worker": worker, "now": NOW}
session = {"device": DEVICE, "epoch": EPOCH, "city": "440300", "worker": worker, "now": NOW,
           "grids": [GRID, "440399001001002"],
           "lanes": {"urgent": {"received": 0, "hash": genesis(INCARNATION, "urgent")},
                     "normal": {"received": 3, "hash": HASHES[2]}}}
wipe = {"order": "c0ffee00-1234-4abc-8def-0123456789ab", "unsent": "send", "by": "admin", "at": NOW}
put(
    "enrollment.json",
    "Enrolment, session and wipe (PROTOCOL.md §7). The members of a token mean nothing to a "
    "device. A lane that received nothing carries hash(0).",
    request=wire(enroll_request),
    answer=wire(enroll_answer),
    session=wire(session),
    wiping=[wire({**session, "wipe": {**wipe, "unsent": unsent}}) for unsent in ("send", "drop")],
    wiped=wire({"order": wipe["order"]}),
    tolerated=wire({**session, "lanes": {**session["lanes"], "bulk": session["lanes"]["normal"]},
                    "motd": "你好", "limits": {"segmentBytes": SEGMENT_BYTES}}),
    refused=["<html>Please log in</html>", "{}",
             wire({**session, "lanes": {"normal": {"received": 3, "hash": "none"}}}),
             wire({**session, "epoch": None}),
             wire({**session, "wipe": {**wipe, "unsent": "now"}}),
             wire({**session, "wipe": {**wipe, "order": "1"}}),
             wire({**session, "wipe": True})],
)

# Problems -------------------------------------------------------------------

STATUS = {
    "malformed": 400, "unauthorized": 401, "device-revoked": 403, "code-wrong": 403,
    "code-used": 410, "code-expired": 410, "rate-limited": 429, "not-found": 404,
    "method-not-allowed": 405, "upload-unknown": 404, "upload-incomplete": 409,
    "offset-mismatch": 409, "content-type": 415, "version-unsupported": 412, "sequence-gap": 409,
    "chain-forked": 409, "chain-broken": 422, "digest-mismatch": 422, "segment-malformed": 422,
    "segment-foreign": 403, "schema-unsupported": 422, "cursor-expired": 410, "too-large": 413,
    "storage-full": 507, "quota-exceeded": 507, "checksum-mismatch": 460, "upload-final": 403,
    "busy": 503, "stopping": 503, "failed": 500,
}
put(
    "problems.json",
    "Errors (RFC 9457; PROTOCOL.md §4, §6-§8): every code with its status, as an answer. 'title' is "
    "for logs and binds nobody. 'tolerated' are answers with a code or members of a later version.",
    problems=[
        {"code": code, "status": status, "body": wire(
            {"type": f"urn:gridwalk:problem:{code}", "status": status, "title": "…",
             **({"expected": 5} if code == "sequence-gap" else {})})}
        for code, status in STATUS.items()
    ],
    tolerated=[
        {"status": 418, "body": wire({"type": "urn:gridwalk:problem:teapot", "status": 418,
                                      "title": "A teapot.", "lid": True})},
        {"status": 502, "body": wire({"type": "about:blank", "status": 502,
                                      "title": "Bad Gateway"})},
    ],
)

# Conflicts ------------------------------------------------------------------

put(
    "conflicts.json",
    "Identifiers of conflicts (PROTOCOL.md §5), derived from the operation and the field.",
    conflicts=[{"op": op, "field": field, "id": conflict_id(op, field)}
               for op in (OPS[0], OPS[1])
               for field in ("phone", "#deleted", "#grid", "姓名", "a b", "")],
)

# Identifiers ----------------------------------------------------------------

V7 = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
V4 = "919108f7-52d1-4320-9bac-f847db4148a8"
put(
    "identifiers.json",
    "UUIDs (RFC 9562). 'good' are read and written back. 'bad' are refused: one spelling only. "
    "'made' are the examples of RFC 9562 appendix A.3 (version 4) and A.6 (version 7): the random "
    "bits, high bits first as the maker draws them, and the result. 'sorted' is in byte order.",
    good=[V7, V4, DEVICE, INCARNATION, "00000000-0000-0000-0000-000000000000",
          "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    bad=["", "x", V7.upper(), "{" + V7 + "}", "urn:uuid:" + V7, V7.replace("-", ""), V7[:-1],
         V7 + "0", V7 + "-", V7.replace("f22e2-", "f22-e2"), V7.replace("c", "g", 1), " " + V7,
         V7 + "\n", V7 + "\0", V7.replace("0", "０", 1), V7[:-1] + "é", "-" * 36, "0" * 36],
    made=[
        {"version": 4, "id": V4, "rand_a": "919108f752d1" + "320", "rand_b": "1bacf847db4148a8"},
        {"version": 7, "id": V7, "milliseconds": 1645557742000, "rand_a": "cc3",
         "rand_b": "18c4dc0c0c07398f"},
    ],
    sorted=["017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c073990",
            "017f22e2-79b1-7000-8000-000000000000", "0198c0de-0000-7000-8000-0000000000d1",
            "919108f7-52d1-4320-9bac-f847db4148a8"],
)

# Digests --------------------------------------------------------------------

D = sha(b"abc")
put(
    "digests.json",
    "Spellings of a digest: 64 lower-case hexadecimal digits and nothing else.",
    good=[D, "0" * 64, "f" * 64],
    bad=["", D.upper(), D[:-1], D + "0", "0x" + D[:-2], " " + D[1:], D[:-1] + "\n", D[:-1] + "g",
         D[:-1] + "０", D[:-1] + "/", D[:-1] + ":", D[:-1] + "`", "../" + D[3:], "sha256:" + D],
)

# tus ------------------------------------------------------------------------


def metadata(**members) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" if value else key
                    for key, value in members.items())


def checksum(name: str, text: str) -> str:
    return f"{name} {base64.b64encode(hashlib.new(name, text.encode()).digest()).decode()}"


digest = sha(whole)
encoded = base64.b64encode(digest.encode()).decode()
put(
    "tus.json",
    "Upload-Metadata headers (tus 1.0.0; PROTOCOL.md §6). 'good' are creations the centre takes, "
    "with what they say; 'bad' are answered 400 malformed. 'numbers' are no Upload-Length and no "
    "Upload-Offset. 'checksums' are Upload-Checksum headers of a body, 'unfit' of none of those (460), "
    "'malformed' of none at all or of an algorithm that is not known (400).",
    good=[
        {"header": metadata(kind="segment", sha256=digest),
         "members": {"kind": "segment", "sha256": digest}},
        {"header": metadata(sha256=digest, kind="photo"),
         "members": {"kind": "photo", "sha256": digest}},
        {"header": metadata(kind="photo", sha256=digest, filename="渔村.jpg", is_draft=""),
         "members": {"kind": "photo", "sha256": digest, "filename": "渔村.jpg", "is_draft": ""}},
        {"header": metadata(kind="thumbnail", sha256=digest, of=sha(b"photo 1")),
         "members": {"kind": "thumbnail", "sha256": digest, "of": sha(b"photo 1")}},
    ],
    bad=[
        {"why": "empty", "header": ""},
        {"why": "no sha256", "header": metadata(kind="segment")},
        {"why": "no kind", "header": metadata(sha256=digest)},
        {"why": "unknown kind", "header": metadata(kind="video", sha256=digest)},
        {"why": "a thumbnail of nothing", "header": metadata(kind="thumbnail", sha256=digest)},
        {"why": "a thumbnail of no digest",
         "header": metadata(kind="thumbnail", sha256=digest, of="photo 1")},
        {"why": "a photo of a photo",
         "header": metadata(kind="photo", sha256=digest, of=sha(b"photo 1"))},
        {"why": "upper-case digest", "header": metadata(kind="segment", sha256=digest.upper())},
        {"why": "digest too short", "header": metadata(kind="segment", sha256=digest[:-2])},
        {"why": "digest as bytes",
         "header": "kind c2VnbWVudA==,sha256 "
         + base64.b64encode(bytes.fromhex(digest)).decode()},
        {"why": "no Base64", "header": f"kind segment!,sha256 {encoded}"},
        {"why": "kind twice",
         "header": f"kind c2VnbWVudA==,kind cGhvdG8=,sha256 {encoded}"},
        {"why": "an empty member", "header": f"kind c2VnbWVudA==,,sha256 {encoded}"},
        {"why": "no key", "header": f" c2VnbWVudA==,sha256 {encoded}"},
    ],
    numbers=["", "-1", "-0", "+1", "0x10", "1e3", "1.0", "1_000", "1 1", "1,1", "１",
             "9223372036854775808", "99999999999999999999", "NaN"],
    checksums=[{"body": text, "header": checksum(name, text)}
               for text in ("hello world", "", "渔村" * 100) for name in ("sha1", "sha256")],
    unfit=[checksum(name, "hello w0rld") for name in ("sha1", "sha256")],
    malformed=["", "sha1", checksum("sha1", "x")[:-4], checksum("md5", "hello world"),
               checksum("sha1", "x").upper(), "crc32 DUoRhQ==", "sha256 " + checksum("sha1", "x")[5:],
               "sha1 " + hashlib.sha1(b"x").hexdigest(), checksum("sha1", "x").replace(" ", ""),
               checksum("sha1", "x").replace(" ", "  "), checksum("sha1", "x") + "=",
               checksum("sha1", "x") + "," + checksum("sha1", "x")],
)

# Bundles (§12) ---------------------------------------------------------------


def ustar(name: str, content: bytes) -> bytes:
    """One member as Python's tarfile writes it, device numbers as GNU tar does."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    header = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    header[329:345] = b"0000000\0" * 2
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)


secret = "secret-of-a-vector"
line = wire({"op": OPS[0], "lane": "normal", "seq": 1, "record": PERSON, "element": "person",
             "kind": "person", "action": "delete", "base": 41,
             "evidence": {"at": NOW}}).encode()
before = genesis(INCARNATION, "normal")
segment = wire({"gridwalk": "segment/1", "device": DEVICE, "incarnation": INCARNATION,
                "lane": "normal", "first": 1, "last": 1, "previous": before,
                "hash": chain([line], before)[0], "schema": 1}).encode() + b"\n" + line + b"\n"
photo = bytes(range(256)) * 3
manifest = wire({
    "gridwalk": "bundle/1", "device": DEVICE, "incarnation": INCARNATION, "epoch": EPOCH,
    "worker": "W001", "made": NOW,
    "members": [
        {"name": "segments/normal-1-1.jsonl", "kind": "segment", "bytes": len(segment),
         "sha256": sha(segment)},
        {"name": f"photos/{sha(photo)}.jpg", "kind": "photo", "bytes": len(photo),
         "sha256": sha(photo)},
    ],
}).encode()
code = hmac.new(hashlib.sha256(secret.encode()).digest(), manifest, "sha256").hexdigest()
put(
    "bundles.json",
    "A bundle (PROTOCOL.md §12): the device's token, and the whole file in Base64.",
    token=f"{DEVICE}.{secret}",
    bundle=base64.b64encode(
        ustar("manifest.json", manifest) + ustar("manifest.mac", code.encode() + b"\n")
        + ustar("segments/normal-1-1.jsonl", segment)
        + ustar(f"photos/{sha(photo)}.jpg", photo) + bytes(1024)).decode(),
)

# Output ---------------------------------------------------------------------


def main() -> int:
    stored = {
        str(path.relative_to(FOLDER)): path
        for path in FOLDER.rglob("*") if path.suffix in (".json", ".segment")
    }
    if sys.argv[1:] == ["--check"]:
        wrong = [name for name, content in files.items()
                 if name not in stored or stored[name].read_bytes() != content]
        wrong += [name for name in stored if name not in files]
        for name in sorted(wrong):
            print(f"Sync/vectors/{name} is not what script/make-vectors.py makes")
        return 1 if wrong else 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    for name in sorted(set(stored) - set(files)):
        stored[name].unlink()
    for name, content in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(files)} files in Sync/vectors")
    return 0


sys.exit(main())

#!/usr/bin/env python3
"""Odd requests for nginx with the centre behind it, and for the centre alone.

  script/beside-nginx.py --centre PORT --door PORT --ca PEM [--table]

Two parsers in a row are safe when neither can be made to see a request that the
other does not. So for each request: the centre answers no more requests than
nginx hands answers back, nothing that is meant as a body is answered, and
neither ever says 500. Pages for the machine alone stay closed to whoever spells
their names otherwise. --table prints who refuses what.
"""
import argparse
import re
import socket
import ssl
import sys

INNER = "GET /healthz?inner HTTP/1.1\r\nHost: localhost\r\n\r\n"
NEXT = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
# Takes a body from anybody, without a limit on attempts.
POST = "POST /console/sign-out HTTP/1.1\r\nHost: localhost\r\n"
GET = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
TE = "Transfer-Encoding: chunked\r\n"


def framings():
    """Heads and bodies over whose end two parsers could disagree."""
    size = f"Content-Length: {len(INNER)}\r\n"
    yield "a good body", POST + size + "\r\n" + INNER
    yield "CL.TE", POST + "Content-Length: 5\r\n" + TE + "\r\n0\r\n\r\n"
    yield "TE.CL", POST + TE + size + "\r\n0\r\n\r\n" + INNER
    yield "CL 0 and TE", POST + "Content-Length: 0\r\n" + TE + "\r\n" + chunk(INNER)
    yield "two lengths", POST + "Content-Length: 0\r\n" + size + "\r\n" + INNER
    yield "two lengths the other way", POST + size + "Content-Length: 0\r\n\r\n" + INNER
    yield "the same length twice", POST + size + size + "\r\n" + INNER
    yield "a list of lengths", POST + f"Content-Length: 0, {len(INNER)}\r\n\r\n" + INNER
    yield "+ before the length", POST + f"Content-Length: +{len(INNER)}\r\n\r\n" + INNER
    yield "- before the length", POST + "Content-Length: -1\r\n\r\n" + INNER
    yield "a length in hexadecimal", POST + f"Content-Length: {len(INNER):#x}\r\n\r\n" + INNER
    yield "a length that wraps", POST + f"Content-Length: {2**64}\r\n\r\n" + INNER
    yield "a length with a tab", POST + f"Content-Length:\t{len(INNER)}\t\r\n\r\n" + INNER
    yield "a length with a vertical tab", POST + f"Content-Length: \x0b{len(INNER)}\r\n\r\n" + INNER
    yield "a blank before the colon", POST + f"Content-Length : {len(INNER)}\r\n\r\n" + INNER
    yield "an underscore in the name", POST + f"Content_Length: {len(INNER)}\r\n\r\n" + NEXT
    for value in ["Chunked", " chunked", "chunked ", "\tchunked", "\x0bchunked", "chunked\x00",
                  "xchunked", "chunked, identity", "identity, chunked", "chunked, chunked",
                  "gzip, chunked", "identity", "", "chunked;q=1", "\"chunked\"", "chunked,"]:
        yield f"TE {value!r}", POST + f"Transfer-Encoding:{value}\r\n\r\n" + chunk(INNER)
    yield "TE twice", POST + TE + TE + "\r\n" + chunk(INNER)
    yield "TE identity, then chunked", POST + "Transfer-Encoding: identity\r\n" + TE + "\r\n" + chunk(INNER)
    yield "TE with a blank before the colon", POST + "Transfer-Encoding : chunked\r\n\r\n" + chunk(INNER)
    yield "TE folded", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunk(INNER)
    yield "TE behind a fold", POST + "A: b\r\n Transfer-Encoding: chunked\r\n\r\n" + NEXT
    yield "TE behind a bare LF", POST + "A: b\n" + TE + "\r\n" + chunk(INNER)
    yield "TE behind a bare CR", POST + "A: b\r" + TE + "\r\n" + chunk(INNER)
    yield "TE in HTTP/1.0", (POST + TE + "\r\n" + chunk(INNER)).replace("HTTP/1.1", "HTTP/1.0", 1)
    for head in ["0x5", "+5", "-5", "5 ", " 5", "5;a=b", "5;", "5\t", "05", "00000000000000005",
                 "10000000000000005", "FFFFFFFFFFFFFFFF", "", "5\x00", "5;a\nb", "5_0"]:
        yield f"chunk size {head!r}", POST + TE + f"\r\n{head}\r\nhello\r\n0\r\n\r\n"
    yield "a chunk size ended by LF", POST + TE + "\r\n5\nhello\r\n0\r\n\r\n"
    yield "chunk data ended by LF", POST + TE + "\r\n5\r\nhello\n0\r\n\r\n"
    yield "chunk data ended by nothing", POST + TE + "\r\n5\r\nhello0\r\n\r\n"
    yield "a last chunk ended by LF", POST + TE + "\r\n0\n\n"
    yield "trailers", POST + TE + "\r\n0\r\nA: b\r\nContent-Length: 90\r\n\r\n"
    yield "a folded trailer", POST + TE + "\r\n0\r\nA: b\r\n c\r\n\r\n"
    yield "an expectation", POST + size + "Expect: 100-continue\r\n\r\n" + INNER
    yield "another expectation", POST + size + "Expect: x\r\n\r\n" + INNER
    yield "a body for GET", GET + size + "\r\n" + INNER
    yield "chunks for GET", GET + TE + "\r\n" + chunk(INNER)


def heads():
    """Heads that are read differently by different programs."""
    yield "a good head", GET + "\r\n"
    yield "bare LF everywhere", (GET + "\r\n").replace("\r\n", "\n")
    yield "a bare LF after a field", GET + "A: b\n\r\n"
    yield "an end of LF", GET + "\n"
    yield "CR CR LF", GET + "A: b\r\r\n\r\n"
    yield "a NUL in a value", GET + "A: b\0c\r\n\r\n"
    yield "a NUL in a name", GET + "A\0: b\r\n\r\n"
    yield "an escape in a value", GET + "A: \x1b[2J\r\n\r\n"
    yield "a DEL in a value", GET + "A: \x7f\r\n\r\n"
    yield "Latin-1 in a value", GET + "A: \xe9\r\n\r\n"
    yield "Latin-1 in a name", GET + "\xe9: b\r\n\r\n"
    yield "no colon", GET + "nonsense\r\n\r\n"
    yield "an empty name", GET + ": b\r\n\r\n"
    yield "a fold", GET + "A: b\r\n c\r\n\r\n"
    yield "a fold first", "GET /healthz HTTP/1.1\r\n A: b\r\nHost: localhost\r\n\r\n"
    yield "no Host", "GET /healthz HTTP/1.1\r\n\r\n"
    yield "an empty Host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n"
    yield "two Hosts", GET + "Host: other\r\n\r\n"
    yield "a Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"
    yield "a Host with a user", "GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n"
    yield "HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n"
    yield "HTTP/1.0 kept alive", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    for version in ["HTTP/0.9", "HTTP/1.2", "HTTP/1.10", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/11", "", "HTTP/1,1"]:
        yield f"version {version!r}", f"GET /healthz {version}\r\nHost: localhost\r\n\r\n"
    for method in ["get", "G@T", "GET\t", " GET", "", "TRACE", "CONNECT", "PROPFIND", "PRI", "A" * 300]:
        yield f"method {method[:12]!r}", f"{method} /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for target in ["//healthz", "/./healthz", "/x/../healthz", "/x/%2e%2e/healthz", "/healthz%00", "/healthz%",
                   "/%68ealthz", "/healthz%2f", "/a%2fb", "/%c0%af", "/\xe9", "*", "healthz", "/a b", "/healthz#x",
                   "http://localhost/healthz", "HTTP://localhost/healthz", "http://u@localhost/healthz",
                   "http:///healthz", "https://localhost/healthz", "ftp://x/", "\\healthz", "/healthz\\..\\x",
                   "/healthz?a=%00", "/healthz?a=%zz", "/../../etc/passwd", "/v1/photos/..%2f..%2fgridwalkd.db",
                   "/v1/uploads/%00", "/" + "a" * 7000, "/" + "a" * 9000]:
        yield f"target {target[:40]!r}", f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    yield "two blanks", "GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    yield "an empty line first", "\r\n" + GET + "\r\n"
    yield "two empty lines first", "\r\n\r\n" + GET + "\r\n"
    yield "a long field", GET + "A: " + "a" * 7900 + "\r\n\r\n"
    yield "a longer field", GET + "A: " + "a" * 17000 + "\r\n\r\n"
    yield "90 fields", GET + "A: b\r\n" * 90 + "\r\n"
    yield "200 fields", GET + "A: b\r\n" * 200 + "\r\n"


CLOSED = ["/metrics", "/metrics?", "/metrics?x", "//metrics", "/./metrics", "/x/../metrics", "/%6detrics",
          "/metrics%20", "/metrics/", "/metrics#", "http://localhost/metrics", "/metrics%3f", "/metrics;x", "/METRICS"]


def chunk(text):
    return f"{len(text):x}\r\n{text}\r\n0\r\n\r\n"


class Side:
    """One of the two doors to the centre."""

    def __init__(self, port, context=None, source="127.0.0.1"):
        self.port, self.context, self.source = port, context, source

    def answers(self, text):
        """The statuses and bodies that come back for these bytes, until the other side ends."""
        stream = socket.create_connection(("127.0.0.1", self.port), 20, (self.source, 0))
        if self.context:
            stream = self.context.wrap_socket(stream, server_hostname="localhost")
        got = b""
        try:
            stream.sendall(text.encode("latin-1"))
            if not self.context:
                stream.shutdown(socket.SHUT_WR)
            stream.settimeout(3)
            while piece := stream.recv(65536):
                got += piece
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
        finally:
            stream.close()
        return list(responses(got))


def responses(got):
    while got:
        match = re.match(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n", got)
        if not match:
            # An answer of HTTP/0.9 has no head; nginx gives one to such a request.
            yield 0, got
            return
        got = got[match.end():]
        status, fields = int(match[1]), match[2].lower()
        length = re.search(rb"content-length: (\d+)", fields)
        size = int(length[1]) if length else 0 if status < 200 or status == 204 else len(got)
        if status >= 200:
            yield status, got[:size]
        got = got[size:]


def answered(side):
    """How many requests the centre has answered before this one."""
    _, page = side.answers("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0]
    return sum(int(n) for n in re.findall(rb'answers_total\{class="\dxx"\} (\d+)', page))


def main():
    parser = argparse.ArgumentParser()
    for name in ["--centre", "--door"]:
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    context = ssl.create_default_context(cafile=given.ca)
    centre, door = Side(given.centre), Side(given.door, context)
    counts, faults = {}, []
    for name, request in [*framings(), *heads()]:
        alone = centre.answers(request + NEXT)
        before = answered(centre)
        through = door.answers(request + NEXT)
        # One of them is the reading of the counter itself.
        passed = answered(centre) - before - 1
        taken = (bool(alone) and alone[0][0] not in (0, 400, 408, 414, 417, 431, 505), passed > 0)
        counts[taken] = counts.get(taken, 0) + 1
        if given.table:
            shown = [" ".join(str(status) for status, _ in side) or "closed" for side in (alone, through)]
            print(f"{name:32} centre {shown[0]:12} nginx {shown[1]:12} passed on {passed}")
        if passed > len(through):
            faults.append(f"{name}: the centre answered {passed}, nginx gave {len(through)}")
        if max(len(alone), len(through)) > 2:
            faults.append(f"{name}: more answers than requests: {alone} {through}")
        if any(status == 500 for status, _ in alone + through):
            faults.append(f"{name}: 500")
    stranger = Side(given.door, context, "127.0.0.2")
    for target in CLOSED:
        for status, body in stranger.answers(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
            if status < 400 or b"gridwalk_" in body:
                faults.append(f"{target}: {status} to a stranger")
    for fault in faults:
        print("FAIL", fault)
    print(f"both take {counts.get((True, True), 0)}, both refuse {counts.get((False, False), 0)}, "
          f"the centre alone refuses {counts.get((False, True), 0)}, nginx alone {counts.get((True, False), 0)}")
    # If everything were refused or everything taken, nothing would be shown.
    if min(counts.get((True, True), 0), counts.get((False, False), 0)) < 5:
        faults.append("too much alike")
    sys.exit(1 if faults else 0)


main()

"""Goodput and wasted bytes on bad links beside peers, and what waiting costs:
the part of script/bench that --only link runs.

Two links are made by faulty-proxy, which counts what the uplink carried:

  drop  400 kbit/s up, 300 ms round trip; every 8 s all connections are reset
        and nothing connects for 1 s
  EDGE  100 kbit/s up, 200 kbit/s down, 600 ms round trip, no drops

Every 1,360 bytes pay for 40 of headers below; a new connection pays a round
trip. G is the file's bytes over what the link could carry from the start of the
client to the durable answer; W is what the uplink carried over the file's bytes.
"""
import hashlib, json, os, pathlib, socket, subprocess, sys, threading, time

PAYLOAD = 1360 / 1400
MB = 1_000_000


class Link:
    """faulty-proxy before a server, with a profile."""

    def __init__(self, bin, target, profile):
        self.profile = profile
        self.process = subprocess.Popen([bin / "faulty-proxy", str(target), "0", "4096"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def begin(self):
        up, down, round_trip = {"drop": (400, 0, 300), "EDGE": (100, 200, 600)}[self.profile]
        self.say(f"rate {int(up * 125 * PAYLOAD)}")
        self.say(f"downrate {int(down * 125 * PAYLOAD)}")
        self.say(f"delay {round_trip // 2}")
        self.say(f"connect {round_trip}")
        if self.profile == "drop":
            self.say("drop 8000 1000")
        self.before, self.start = self.carried(), time.monotonic()

    def carried(self):
        self.say("carried")
        return int(self.process.stdout.readline())

    def result(self, size, end=None):
        """Seconds, G and W of one file."""
        seconds = (end or time.monotonic()) - self.start
        # The drop profile's G is over the raw rate, 8 s of every 9; EDGE's over
        # what TCP and IP leave of it.
        rate = 400 * 125 * 8 / 9 if self.profile == "drop" else 100 * 125 * PAYLOAD
        return seconds, size / (seconds * rate), (self.carried() - self.before) / size - 1

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def photo_of(bench, size, seed):
    """A JPEG of exactly so many bytes: the demo photo with comments put in."""
    photo = (bench.ROOT / "script/demo-photo.jpg").read_bytes()
    block = hashlib.sha256(seed.encode()).digest()
    noise = b"".join(hashlib.sha256(block + bytes([n & 255, n >> 8])).digest() for n in range(size // 32))
    comments, left = b"", size - len(photo)
    while left:
        # A comment has 4 bytes of its own, and none may be left over for less.
        part = left if left <= 65_000 else min(60_000, left - 4)
        comments += b"\xff\xfe" + (part - 2).to_bytes(2, "big") + noise[left - part:left - 4]
        left -= part
    return photo[:2] + comments + photo[2:]


class Handheld:
    """A device of ours with work to send."""

    def __init__(self, bench, bin, folder, centre, link):
        self.bin, self.data = bin, folder / f"hand-{link.port}"
        worker = next(iter(centre.codes))
        bench.quiet(bin / "gridwalk-sync", "enroll", f"http://127.0.0.1:{link.port}",
                    centre.codes.pop(worker), "--data", self.data)
        self.grid = "440399001001001" if worker == "W001" else "440399001001003"

    def report(self, bench, *words):
        bench.quiet(self.bin / "gridwalk", "report", "01001", "--grid", self.grid, "--json",
                    "--data", self.data, *words)

    def sync(self, event):
        """Runs the agent to its end; when the last event of that name came."""
        process = subprocess.Popen([self.bin / "gridwalk-sync", "sync", "--json", "--data", self.data],
                                   stdout=subprocess.PIPE, text=True)
        last, start = None, time.monotonic()
        for line in process.stdout:
            if os.environ.get("TRACE"):
                print(f"  {time.monotonic() - start:6.2f} {line.strip()[:110]}")
            if json.loads(line)["event"] == event:
                last = time.monotonic()
        if process.wait() != 0:
            print(f"  gridwalk-sync ended with {process.returncode}: {line.strip()}")
        return last


def ours_photo(bench, bin, folder, profile, size):
    centre = bench.Centre(bin, folder)
    link = Link(bin, centre.port, profile)
    handheld = Handheld(bench, bin, folder, centre, link)
    source = folder / "photo.jpg"
    source.write_bytes(photo_of(bench, size, profile))
    handheld.report(bench, "--set", "description=井盖缺失", "--photo", source)
    link.begin()
    end = handheld.sync("photo-received")
    return finish(link, size, end, centre)


def ours_reports(bench, bin, folder, profile, count):
    centre = bench.Centre(bin, folder)
    link = Link(bin, centre.port, profile)
    handheld = Handheld(bench, bin, folder, centre, link)
    for number in range(count):
        handheld.report(bench, "--set", f"description=井盖缺失，编号 {number}，请尽快处理")
    shown = bench.run(bin / "gridwalk", "queue", "--json", "--data", handheld.data,
                      capture_output=True, text=True)
    size = sum(item["bytes"] for item in json.loads(shown.stdout)["items"])
    link.begin()
    end = handheld.sync("receipt")
    return finish(link, size, end, centre)


def finish(link, size, end, *servers):
    result = link.result(size, end)
    link.stop()
    for server in servers:
        # Some wait for connections that will never say anything again.
        (getattr(server, "kill", None) or server.stop)()
    return result


TUSPY = """
import sys, time
from tusclient import client
url, path, chunk = sys.argv[1], sys.argv[2], int(sys.argv[3])
known = None
while True:
    try:
        maker = client.TusClient(url)
        up = maker.uploader(path, url=known, chunk_size=chunk, retries=1000, retry_delay=0.2,
                            metadata={'filetype': 'image/jpeg', 'filename': 'photo'})
        up.upload()
        break
    except Exception:
        known = up.url if known is None and 'up' in dir() else known
        time.sleep(0.2)
"""


def tuspy(bench, bin, folder, profile, size, chunk):
    server = bench.TusPyServer(folder)
    link = Link(bin, server.port, profile)
    source = folder / "photo.jpg"
    source.write_bytes(photo_of(bench, size, profile))
    link.begin()
    bench.run(bench.VENV / "bin/python", "-c", TUSPY, f"http://127.0.0.1:{link.port}/files/", source,
              str(chunk))
    server.kill = server.process.kill
    return finish(link, size, None, server)


class RsyncDaemon:
    def __init__(self, bench, folder):
        self.port = bench.free_port()
        (folder / "rsync").mkdir()
        configuration = folder / "rsyncd.conf"
        user = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
        configuration.write_text(f"{user}use chroot = no\n[up]\npath = {folder / 'rsync'}\nread only = no\n")
        self.process = subprocess.Popen(
            ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={self.port}",
             f"--config={configuration}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        bench.wait_for(self.port)

    def kill(self):
        self.process.kill()
        self.process.wait()


def rsync(bench, bin, folder, profile, size):
    server = RsyncDaemon(bench, folder)
    link = Link(bin, server.port, profile)
    source = folder / "photo.jpg"
    source.write_bytes(photo_of(bench, size, profile))
    link.begin()
    until_done(["rsync", "--inplace", "--append-verify", "--no-compress", source,
                f"rsync://127.0.0.1:{link.port}/up/"])
    return finish(link, size, None, server)


def until_done(command, limit=600):
    end = time.monotonic() + limit
    while True:
        left = end - time.monotonic()
        try:
            if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=max(left, 1)).returncode == 0:
                return True
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() > end:
            return False
        time.sleep(0.2)


def curl(bench, bin, folder, profile, size):
    server = bench.Nginx(folder)
    link = Link(bin, server.port, profile)
    source = folder / "photo.jpg"
    source.write_bytes(photo_of(bench, size, profile))
    link.begin()
    # Each try begins at the first byte: it never ends where the link is up for
    # less than the file needs.
    done = until_done(["curl", "-sf", "-T", source, "-H", "Expect:",
                       f"http://127.0.0.1:{link.port}/photo"], limit=100)
    seconds, goodput, wasted = finish(link, size, None, server)
    return (seconds, goodput, wasted) if done else (None, 0, wasted)


# --- What waiting costs ---------------------------------------------------------


class SilentServer:
    """Accepts and never answers."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.kept = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                self.kept.append(self.listener.accept()[0])
            except OSError:
                return


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waiting(bench, bin, folder, secure):
    """The share of a core that the agent takes while the centre says nothing for ten seconds."""
    centre = bench.Centre(bin, folder)
    data, environment = folder / "waiting", dict(os.environ)
    address, door = f"http://127.0.0.1:{centre.port}", None
    if secure:
        door = TLSDoor(bench, folder, centre.port)
        address = f"https://127.0.0.1:{door.port}"
        environment["SSL_CERT_FILE"] = str(door.ca)
    bench.quiet(bin / "gridwalk-sync", "enroll", address, centre.codes.pop("W001"), "--data", data,
                env=environment)
    centre.stop()
    silent = SilentServer(centre.port)
    process = subprocess.Popen([bin / "gridwalk-sync", "sync", "--json", "--data", data],
                               stdout=subprocess.DEVNULL, env=environment)
    time.sleep(2)
    before = cpu_seconds(process.pid)
    time.sleep(10)
    share = (cpu_seconds(process.pid) - before) / 10
    assert process.poll() is None and silent.kept, "it did not wait"
    process.kill()
    process.wait()
    if door:
        door.stop()
    return share


class TLSDoor:
    """nginx with TLS before a port."""

    def __init__(self, bench, folder, target):
        root = folder / "door"
        root.mkdir()
        self.ca, self.port = root / "cert.pem", bench.free_port()
        bench.quiet("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                    root / "key.pem", "-out", self.ca)
        user = "user root;" if os.geteuid() == 0 else ""
        (root / "nginx.conf").write_text(f"""
            {user} daemon off; pid {root}/pid; error_log {root}/error.log; events {{ }}
            http {{ access_log off; client_body_temp_path {root};
              server {{ listen 127.0.0.1:{self.port} ssl; ssl_certificate {self.ca};
                ssl_certificate_key {root}/key.pem; client_max_body_size 0;
                location / {{ proxy_pass http://127.0.0.1:{target}; proxy_http_version 1.1;
                  proxy_request_buffering off; }} }} }}""")
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", root / "nginx.conf", "-p", root],
                                        stderr=subprocess.DEVNULL)
        bench.wait_for(self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait()


# --- The table --------------------------------------------------------------------


def rows(bench, bin):
    yield "drop", "gridwalk-sync, 1 MB photo", lambda f: ours_photo(bench, bin, f, "drop", MB)
    yield "drop", "tuspy, one PATCH", lambda f: tuspy(bench, bin, f, "drop", MB, 1 << 30)
    yield "drop", "tuspy, 64 KiB", lambda f: tuspy(bench, bin, f, "drop", MB, 65_536)
    yield "drop", "rsync --append-verify", lambda f: rsync(bench, bin, f, "drop", MB)
    yield "drop", "curl -T until it works", lambda f: curl(bench, bin, f, "drop", MB)
    yield "EDGE", "gridwalk-sync, 1 MB photo", lambda f: ours_photo(bench, bin, f, "EDGE", MB)
    yield "EDGE", "gridwalk-sync, 300 reports", lambda f: ours_reports(bench, bin, f, "EDGE", 300)
    yield "EDGE", "tuspy, one PATCH", lambda f: tuspy(bench, bin, f, "EDGE", MB, 1 << 30)
    yield "EDGE", "tuspy, 64 KiB", lambda f: tuspy(bench, bin, f, "EDGE", MB, 65_536)
    yield "EDGE", "rsync --append-verify", lambda f: rsync(bench, bin, f, "EDGE", MB)
    yield "EDGE", "curl -T", lambda f: curl(bench, bin, f, "EDGE", MB)


def measure(bench, bin, folder, only=""):
    print(f"{'link':<6}{'client':<30}{'time':>9}{'G':>8}{'W':>9}")
    for number, (profile, name, action) in enumerate(rows(bench, bin)):
        if only not in f"{profile} {name}":
            continue
        place = folder / str(number)
        place.mkdir()
        seconds, goodput, wasted = action(place)
        shown = f"{seconds:7.1f} s" if seconds else "  never"
        print(f"{profile:<6}{name:<30}{shown:>9}{goodput:>8.3f}{wasted:>9.1%}", flush=True)
    for name, secure in (("waiting, plain", False), ("waiting, TLS", True)):
        if only not in name:
            continue
        place = folder / f"wait-{secure}"
        place.mkdir()
        print(f"{name:<36}{waiting(bench, bin, place, secure):>9.2%} of a core", flush=True)

"""Commits per second and storms of devices, for script/bench.

The load comes from the `storm` program on the same processors as the server: what
it used stands beside what the server used. The floor is the same disk, asked by the
same program in the same run.
"""
import json, subprocess


class Storm:
    """A founded centre with so many devices, served by gridwalkd."""

    def __init__(self, bin, folder, forms, port, devices):
        self.bin, self.port, self.folder = bin, port, folder
        data = folder / "storm"
        subprocess.run([bin / "gridwalkd", "init", "--demo", "--json", "--data", data,
                        "--forms", forms], check=True, stdout=subprocess.DEVNULL)
        settled = subprocess.run([bin / "storm", "settle", data, str(devices)], check=True,
                                 capture_output=True, text=True)
        self.cursor = settled.stdout.strip()
        self.process = subprocess.Popen(
            [bin / "gridwalkd", "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, *arguments, port=None):
        command = [self.bin / "storm", arguments[0], str(port or self.port), *arguments[1:],
                   "--pid", str(self.process.pid)]
        ended = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        answer = json.loads(ended.stdout)
        if answer["failed"]:
            raise SystemExit(f"bench: {answer['failed']} devices gave up: {answer['reason']}")
        return answer

    def floor(self, commits):
        shown = subprocess.run(
            [self.bin / "storm", "floor", self.folder, "--commits", str(commits), "--bytes", "1024"],
            check=True, capture_output=True, text=True)
        return json.loads(shown.stdout)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def commits(storm, nginx, quick):
    """Segments and small photos, each answered after its fsync."""
    requests = 60 if quick else 250
    floor = storm.floor(500 if quick else 2000)
    row = 1000 / floor["insert"]
    print(f"{'floor: append 1 KiB + fdatasync':<44} {1000 / floor['append']:9.0f} /s")
    print(f"{'floor: SQLite INSERT + commit, FULL':<44} {row:9.0f} /s")

    def show(what, answer, name, of=None):
        sample = answer[name]
        used = answer["serverProcessorSeconds"] * 1000 / sample["count"]
        ratio = f"{sample['rate'] / of:5.2f} ×" if of else "       "
        print(f"{what:<44} {sample['rate']:9.0f} /s {ratio}  p50 {sample['p50']:.1f} ms, "
              f"p99 {sample['p99']:.1f} ms; server {used:.2f} ms of a processor each")
        return sample["rate"]

    for what, more in [("segments of 1 operation, 1 connection", ["1", "1", 8 * requests]),
                       ("segments of 1 operation, 64 connections", ["1", "64", requests]),
                       ("segments of 1–10 operations, 64 connections", ["10", "64", requests])]:
        answer = storm.run("busy", "--operations", more[0], "--connections", more[1],
                           "--requests", more[2])
        show(what, answer, "segment", row)
    answer = storm.run("busy", "--operations", "10", "--connections", "64", "--requests", requests,
                       "--fresh")
    show("… each on a new connection", answer, "segment", row)
    for connections in (1, 32):
        count = requests * (8 if connections == 1 else 1)
        load = ["--connections", connections, "--requests", count, "--bytes", "10000"]
        ours = storm.run("busy", "--load", "photos", *load)
        peer = storm.run("busy", "--load", "files", *load, port=nginx.port)
        put = show(f"nginx PUT of 10 KB, {connections} connections", peer, "put")
        show(f"10 KB photo, {connections} connections, beside nginx", ours, "photo", put)


def back(storm, devices, seconds, fresh=False):
    """So many devices come back within so many seconds."""
    answer = storm.run("back", storm.cursor, "--devices", devices, "--seconds", seconds,
                       *(["--fresh"] if fresh else []))
    how = "a new connection each request" if fresh else "connections kept to the end"
    print(f"{devices} devices back within {seconds} s, {how}: all through after "
          f"{answer['seconds']:.1f} s; asked to wait {answer['turnedAway']}, "
          f"broken {answer['broken']}")
    for name in ("session", "segment", "changes", "photo", "device"):
        sample = answer[name]
        print(f"  {name:<10} {sample['count']:7} × p50 {sample['p50']:9.2f} ms   "
              f"p99 {sample['p99']:9.2f} ms   max {sample['max']:9.2f} ms")
    print(f"  server: {answer['serverPeakKiB'] / 1024:.0f} MiB resident at most, "
          f"{answer['serverProcessorSeconds']:.1f} s of processor; "
          f"the load itself {answer['loadProcessorSeconds']:.1f} s")
    return answer

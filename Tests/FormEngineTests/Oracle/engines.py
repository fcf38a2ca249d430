"""The programs that are led through a form: JavaRosa and ours, both a line in and a
line out, and what turns an XLSForm into the XForm that JavaRosa reads."""
import json
import os
import select
import shutil
import subprocess

# A reply that takes longer than this is none.
PATIENCE = 60


class Ended(Exception):
    """A program went away, or answers no more."""


class Engine:
    """One program and its pipe; begun again when it ended."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.process = None
        self.begin()

    def begin(self):
        self.end()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=dict(os.environ, TZ="UTC"))

    def end(self):
        if self.process:
            self.process.kill()
            self.process.communicate()

    def send(self, command):
        try:
            self.process.stdin.write(json.dumps(command, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # receive() says so

    def receive(self):
        ready = select.select([self.process.stdout], [], [], PATIENCE)[0]
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.begin()
            raise Ended(f"{self.name} {'ended' if ready else f'was silent for {PATIENCE} s'}")
        return json.loads(line)

    def do(self, **command):
        self.send(command)
        return self.receive()


def java(folder):
    return ["java", "-Xmx512m", "-Duser.timezone=UTC", "-Duser.language=en", "-cp",
            f"{folder}/ODK_Validate.jar:{folder}", "JRDriver"]


def is_xlsform(path):
    """Whether a CSV file is a form rather than a file of a form."""
    with open(path, "rb") as file:
        return path.endswith(".csv") and file.readline().strip(b"\xef\xbb\xbf\r\n ,") in (
            b"survey", b"settings", b"choices", b"entities")


def is_xform(path):
    with open(path, "rb") as file:
        return path.endswith(".xml") and b"www.w3.org/2002/xforms" in file.read(4000)


class Conversion(Exception):
    """pyxform refuses the form."""


def convert(form, folder, xls2xform):
    """The form as XForm in `folder`, with the files it names beside it."""
    beside = os.path.dirname(os.path.abspath(form))
    for name in os.listdir(beside):
        path = os.path.join(beside, name)
        if name.endswith((".csv", ".xml", ".geojson")) and path != os.path.abspath(form):
            if not (is_xlsform(path) or is_xform(path) or os.path.exists(f"{folder}/{name}")):
                shutil.copy(path, folder)
    if form.endswith(".xml"):
        return shutil.copy(form, folder)
    xml = os.path.join(folder, "form-" + os.path.basename(form)[:-4] + ".xml")
    try:
        from pyxform.xls2xform import convert as pyxform  # half a second faster than the command
    except ImportError:
        done = subprocess.run([xls2xform, "--skip_validate", form, xml], capture_output=True, text=True)
        if done.returncode:
            raise Conversion((done.stderr.strip() or "?").splitlines()[-1]) from None
        return xml
    try:
        text = pyxform(form, validate=False).xform
    except Exception as refusal:  # pyxform raises what it meets, KeyError too
        raise Conversion(f"{type(refusal).__name__}: {refusal}".replace("\n", " ")) from None
    with open(xml, "w", encoding="utf-8") as file:
        file.write(text)
    return xml

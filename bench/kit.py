"""What the benchmarks share: builds the two C programs, starts mock, nginx and gateways, reads /proc."""
import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BENCH = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(BENCH)
WORK = os.path.join(PROJECT, "target", "bench")
TICKS = os.sysconf("SC_CLK_TCK")
REQUEST = os.path.join(BENCH, "request.json")
STREAM_REQUEST = os.path.join(BENCH, "request-stream.json")
COLLECTIONS = "-Xlog:gc:file=gc.log"
started = []
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that 'finally' stops what was started


def build():
    """Compiles mock and load where they are older than their source."""
    os.makedirs(WORK, exist_ok=True)
    for name in ("mock", "load"):
        source, program = os.path.join(BENCH, name + ".c"), os.path.join(WORK, name)
        if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
            subprocess.run(["gcc", "-O2", "-Wall", "-o", program, source], check=True)


def application(jar=os.environ.get("LLM_ROUTER_JAR")):
    """The packaged gateway, or a copy of it that a build may not replace while it runs."""
    if jar:
        return os.path.abspath(jar)
    found = glob.glob(os.path.join(PROJECT, "target", "*-app.jar"))
    if len(found) != 1:
        sys.exit(f"{len(found)} files target/*-app.jar; one is needed. Run 'mvn clean package -DskipTests' first.")
    return found[0]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def pinned(cpus, command):
    return (["taskset", "-c", cpus] if cpus else []) + command


def start(command, log, directory=None):
    process = subprocess.Popen(command, stdout=open(log, "w"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                               cwd=directory, start_new_session=True)
    started.append(process)
    return process


def stop_all():
    for process in reversed(started):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
    started.clear()


def start_mock(cpus, ports, options):
    """ports and options by name of the upstream: {'fast': 19001}, {'fast': 'delay=0'}."""
    arguments = [",".join(filter(None, [str(ports[name]), options.get(name, "")])) for name in ports]
    process = start(pinned(cpus, [os.path.join(WORK, "mock")] + arguments), os.path.join(WORK, "mock.log"))
    time.sleep(0.3)
    if process.poll() is not None:
        sys.exit("the mock did not start: " + open(os.path.join(WORK, "mock.log")).read())
    return process


def upstreams():
    return {name: free_port() for name in ("fast", "stream", "slow", "faulty")}


def fill(template, target, values):
    text = open(os.path.join(BENCH, template)).read()
    for name, value in values.items():
        text = text.replace("@" + name.upper() + "@", str(value))
    open(target, "w").write(text)


class Server:
    """A gateway or proxy that listens at a port."""

    def __init__(self, name, process, port, directory, began):
        self.name, self.process, self.port, self.directory = name, process, port, directory
        self.url = f"http://127.0.0.1:{port}/v1/chat/completions"
        self.start_seconds = self.first_answer(began)

    def first_answer(self, began):
        body = open(REQUEST, "rb").read()
        while time.time() < began + 180:
            if self.process.poll() is not None:
                break
            try:
                request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
                answer = urllib.request.urlopen(request, timeout=10).read()
                if b"chat.completion" in answer:
                    return time.time() - began
            except OSError:
                pass
            time.sleep(0.02)
        sys.exit(f"{self.name} gives no answer; see {self.directory}/log")

    def pids(self):
        """The process and its children: nginx works in one."""
        own = self.process.pid
        return [own] + open(f"/proc/{own}/task/{own}/children").read().split()

    def cpu_seconds(self):
        fields = [open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split() for pid in self.pids()]
        return sum(int(f[11]) + int(f[12]) for f in fields) / TICKS

    def status(self, field):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith(field + ":"):
                return int(line.split()[1])
        return 0

    def rss_mib(self):
        return self.status("VmRSS") / 1024

    def threads(self):
        return self.status("Threads")

    def handles(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def directory_for(name):
    return tempfile.mkdtemp(prefix=name + "-", dir=WORK)


def start_nginx(cpus, ports):
    directory, port = directory_for("nginx"), free_port()
    fill("nginx.conf", os.path.join(directory, "nginx.conf"), {**ports, "port": port, "dir": directory})
    began = time.time()
    process = start(pinned(cpus, ["nginx", "-p", directory, "-c", os.path.join(directory, "nginx.conf")]),
                    os.path.join(directory, "log"))
    return Server("nginx", process, port, directory, began)


def java_name(java):
    text = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    return "JDK " + text.split('"')[1].split(".")[0]


def install(name, java):
    """The application laid out with its cache, by the command 'install'; made once, and again for a newer application."""
    directory = os.path.join(WORK, "installed-" + name.replace(" ", "-"))
    launcher = os.path.join(directory, "bin", "camel-llm-router")
    if not os.path.exists(launcher) or os.path.getmtime(launcher) < os.path.getmtime(application()):
        subprocess.run([java, "-jar", application(), "install", "--to", directory], check=True, cwd=WORK)
    return launcher


def start_gateway(name, cpus, java, ports, options, launcher=None):
    """The packaged application with all that it has switched on: request log, meters, ledger. A launcher is what install made."""
    directory, port = directory_for("gateway"), free_port()
    fill("policy.yaml", os.path.join(directory, "policy.yaml"), ports)
    serve = ["serve", "--policy", os.path.join(directory, "policy.yaml"), "--port", str(port),
             "--data", os.path.join(directory, "data")]
    if launcher:
        command = ["env", "JAVA_OPTS=" + " ".join(options), launcher]
    else:
        command = [java] + options + ["-jar", application()]
    began = time.time()
    process = start(pinned(cpus, command + serve), os.path.join(directory, "log"), directory)
    return Server(name, process, port, directory, began)


def heap_after_collection(server, java):
    """MiB in use after a full collection; the gateway runs with COLLECTIONS."""
    jcmd = os.path.join(os.path.dirname(os.path.realpath(java)), "jcmd") if "/" in java else "jcmd"
    subprocess.run([jcmd, str(server.process.pid), "GC.run"], capture_output=True, check=True)
    return int(re.findall(r"Pause Full.*->(\d+)M", open(os.path.join(server.directory, "gc.log")).read())[-1])


def load(cpus, url, seconds, connections, rate=0, stream=False, tags=None, requests=0):
    command = [os.path.join(WORK, "load"), "-u", url, "-b", STREAM_REQUEST if stream else REQUEST,
               "-d", str(seconds), "-c", str(connections)]
    command += ["-r", str(rate)] if rate else []
    command += ["-n", str(requests)] if requests else []
    command += ["-s"] if stream else []
    command += ["-H", "x-llm-tags: " + tags] if tags else []
    done = subprocess.run(pinned(cpus, command), capture_output=True, text=True)
    if done.returncode:
        sys.exit("load: " + done.stderr)
    return json.loads(done.stdout)


def failures(result):
    """Answers that are not what was asked for, by kind."""
    kinds = dict(result["status"])
    kinds.update({kind: result[kind] for kind in ("unfinished", "broken") if result[kind]})
    return kinds

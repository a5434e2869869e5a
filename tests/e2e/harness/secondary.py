# SPDX-License-Identifier: Apache-2.0
"""NSD, Knot DNS and BIND as secondaries of the program, on loopback."""
import shutil
import socket
import subprocess

import dns.exception
import dns.message
import dns.query
import dns.rdatatype
import dns.tsigkeyring

from .plane import die_with_parent
from .wire import frame

HOST = "127.0.0.1"
KEY = "transfer.example"
SECRET = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
ALGORITHM = "hmac-sha256"
KEY_FILE = f'key "{KEY}" {{\n\talgorithm {ALGORITHM};\n\tsecret "{SECRET}";\n}};\n'


def free_port():
    """A port that is free for UDP and TCP now."""
    while True:
        with socket.socket() as tcp, \
                socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((HOST, 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def serial(port, zone):
    """Of the SOA, or None where there is none, or nobody yet."""
    try:
        answer = dns.query.udp(dns.message.make_query(zone, "SOA"), HOST,
                               timeout=1, port=port)
    except dns.exception.Timeout:
        return None
    return answer.answer[0][0].serial if answer.answer else None


def keyring(secret):
    return dns.tsigkeyring.from_text({KEY + ".": secret})


def transfer(port, zone, **options):
    """The zone by AXFR as sorted text, one record a line."""
    query = dns.message.make_query(zone, "AXFR")
    if options.pop("signed", False):
        query.use_tsig(keyring(SECRET), algorithm=ALGORITHM)
    lines, soas = [], 0
    with socket.create_connection((HOST, port), 20) as sock:
        dns.query.send_tcp(sock, query)
        tsig = None
        while soas < 2:
            data = frame(sock)
            assert data, "closed amid a transfer"
            message = dns.message.from_wire(
                data, keyring=query.keyring, request_mac=query.mac,
                tsig_ctx=tsig, multi=True, one_rr_per_rrset=True, xfr=True)
            assert message.rcode() == 0, message
            assert bool(query.keyring) == message.had_tsig
            tsig = message.tsig_ctx
            for rrset in message.answer:
                soas += rrset.rdtype == dns.rdatatype.SOA
                if soas < 2:
                    lines.append(rrset.to_text().lower())
    return sorted(lines)


class Secondary:
    """Runs until stop(); its log is in `folder`."""
    program = name = None

    def __init__(self, folder, port, primary, zones, tls_port=None):
        self.folder, self.port = folder / self.name, port
        self.primary, self.zones = primary, zones
        self.tls_port = tls_port
        self.folder.mkdir()
        self.process = None

    @classmethod
    def is_here(cls):
        return cls.path() is not None

    @classmethod
    def path(cls):
        return shutil.which(cls.program, path="/usr/sbin:/usr/bin:/sbin:/bin")

    def start(self, config=None):
        """With a config of its own, or with that one."""
        conf = self.folder / "conf"
        conf.write_text(config or self.config())
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [self.path(), *self.flags(str(conf))], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder,
            preexec_fn=die_with_parent)
        return self

    def said(self):
        return (self.folder / "log").read_text()

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.log.close()


class Nsd(Secondary):
    program = name = "nsd"

    def flags(self, conf):
        return ["-d", "-c", conf]

    def config(self):
        zones = "".join(f"""
zone:
  name: "{zone}"
  zonefile: "{zone}zone"
  request-xfr: {HOST}@{self.primary} {KEY}
  allow-notify: {HOST} {KEY}
  provide-xfr: {HOST} NOKEY
""" for zone in self.zones)
        return self.here() + f"""
key:
  name: "{KEY}"
  algorithm: {ALGORITHM}
  secret: "{SECRET}"
{zones}"""

    def here(self):
        """Where and as whom it runs."""
        return f"""
server:
  ip-address: {HOST}@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  database: ""
  zonelistfile: "{self.folder}/zone.list"
  xfrdfile: "{self.folder}/xfrd.state"
  xfrdir: "{self.folder}"
  pidfile: "{self.folder}/nsd.pid"
  server-count: 1
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  verbosity: 2
remote-control:
  control-enable: no
"""


class Knot(Secondary):
    program = "knotd"
    name = "knot"

    def flags(self, conf):
        return ["-c", conf]

    def config(self):
        zones = "".join(f"""
  - domain: {zone}
    master: primary
    acl: [ notify, transfer ]
    zonefile-sync: -1
""" for zone in self.zones)
        return self.here() + f"""
key:
  - id: {KEY}
    algorithm: {ALGORITHM}
    secret: {SECRET}
remote:
  - id: primary
    address: {HOST}@{self.primary}
    key: {KEY}
acl:
  - id: notify
    address: {HOST}
    key: {KEY}
    action: notify
  - id: transfer
    address: {HOST}
    action: transfer
template:
  - id: default
    storage: {self.folder}
zone:{zones}"""

    def here(self):
        return f"""
server:
  listen: {HOST}@{self.port}
  rundir: {self.folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {self.folder}
log:
  - target: stdout
    any: info
"""


class Bind(Secondary):
    """Transfers over TLS where the primary has it."""
    program = "named"
    name = "bind"

    def flags(self, conf):
        return ["-g", "-n", "1", "-c", conf]

    def config(self):
        port, tls = self.primary, ""
        if self.tls_port is not None:
            port, tls = self.tls_port, " tls ephemeral"
        zones = "".join(f"""
zone "{zone}" {{
\ttype secondary;
\tprimaries {{ {HOST} port {port} key {KEY}{tls}; }};
\tfile "{zone}zone";
\tallow-notify {{ {HOST}; }};
}};
""" for zone in self.zones)
        return KEY_FILE + self.here() + zones

    def here(self):
        return f"""
options {{
\tdirectory "{self.folder}";
\tlisten-on port {self.port} {{ {HOST}; }};
\tlisten-on-v6 {{ none; }};
\tpid-file none;
\tsession-keyfile none;
\trecursion no;
\tnotify no;
\tdnssec-validation no;
\tallow-transfer {{ {HOST}; }};
\tminimal-responses yes;
\tmax-records-per-type 0;
}};
controls {{ }};
"""


ALL = [Nsd, Knot, Bind]

"""A mail server for tests: PyPI's aiosmtpd, with people who are hard to reach.

Mails that are taken become files in --dir, 0001.json and so on, as Python's own mail parser reads
them. Whom a mail is to decides how it goes, by how the address begins:

  nobody   550 5.1.1   there is nobody
  policy   550 5.7.1   the server does not want it
  full     552 5.2.2   no room
  busy     451 4.7.1   the first time, then taken
  slow     no answer for two minutes

Prints {"port": N} once it listens. Ends with its standard input.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import subprocess
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

REFUSALS = {
    "nobody": "550 5.1.1 <{}> user unknown",
    "policy": "550 5.7.1 <{}> not wanted here",
    "full": "552 5.2.2 <{}> mailbox full",
}


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.seen = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        for name, answer in REFUSALS.items():
            if local.startswith(name):
                return answer.format(address)
        if local.startswith("busy") and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 come again"
        if local.startswith("slow"):
            await asyncio.sleep(120)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        part = lambda kind: next(
            (it.get_content() for it in mail.walk() if it.get_content_type() == kind), None
        )
        self.count += 1
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "authenticated": bool(session.authenticated),
            "raw": raw.decode("ascii"),
            "headers": [[name, str(value)] for name, value in mail.items()],
            "type": mail.get_content_type(),
            "text": part("text/plain"),
            "html": part("text/html"),
            "defects": [str(it) for it in mail.defects],
        }
        path = os.path.join(self.folder, f"{self.count:04}.json")
        with open(path + ".part", "w") as file:
            json.dump(kept, file)
        os.replace(path + ".part", path)
        return "250 kept"


def certificate(folder):
    key, pem = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", pem]
        + ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
        + ["-addext", "basicConstraints=critical,CA:FALSE"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--tls", choices=["implicit", "starttls"])
    options = parser.parse_args()
    os.makedirs(options.dir, exist_ok=True)
    keeper = Keeper(options.dir)
    keeper.count = len([name for name in os.listdir(options.dir) if name.endswith(".json")])
    context = certificate(options.dir) if options.tls else None

    def authenticate(server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == (options.user, options.password), handled=False)

    settings = {"hostname": "mail.test", "timeout": 300}
    if options.user:
        settings |= {"authenticator": authenticate, "auth_required": True}
        settings |= {"auth_require_tls": False}
    if options.tls == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, **settings),
        "127.0.0.1",
        options.port,
        ssl=context if options.tls == "implicit" else None,
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    await server.serve_forever()


asyncio.run(main())

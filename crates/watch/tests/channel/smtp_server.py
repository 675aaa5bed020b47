"""A real SMTP server on loopback: aiosmtpd, told by the JSON in its first argument what to do.

Writes `PORT n` when it listens, then a line of JSON for each mail that it has taken. Ends with its
standard input.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

OPTIONS = json.loads(sys.argv[1])


def tell(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        # The answers to an address, each used once.
        answers = OPTIONS.get("refuse", {}).get(address, [])
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        tell(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode("utf-8"),
            "tls": session.ssl is not None or OPTIONS["tls"] == "tls",
            "authenticated": session.authenticated,
        }))
        return OPTIONS.get("answer", "250 queued as Q1")


def authenticator(server, session, envelope, mechanism, data):
    known = (data.login.decode(), data.password.decode())
    return AuthResult(success=known == (OPTIONS["user"], OPTIONS["password"]), handled=False)


def factory(context):
    return SMTP(
        Handler(),
        hostname="mail.test",
        tls_context=context if OPTIONS["tls"] == "starttls" else None,
        require_starttls=OPTIONS["tls"] == "starttls",
        auth_required="user" in OPTIONS,
        auth_require_tls=OPTIONS["tls"] == "starttls",
        auth_exclude_mechanism=OPTIONS.get("without", []),
        authenticator=authenticator,
    )


async def main():
    context = None
    if "certificate" in OPTIONS:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(OPTIONS["certificate"], OPTIONS["key"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: factory(context),
        "127.0.0.1",
        0,
        ssl=context if OPTIONS["tls"] == "tls" else None,
    )
    tell("PORT %d" % server.sockets[0].getsockname()[1])
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


asyncio.run(main())

"""A real IMAP server on loopback, with one mailbox, for tests."""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests.smtp_server import free_port

PASSWORD = "s3cret/+@"
CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
{users}
first_valid_uid = 0
mail_location = maildir:{root}/maildir
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class ImapServer:
    port: int
    password: str = PASSWORD

    def put(self, *mails: bytes) -> None:
        with self.box() as mailbox:
            for mail in mails:
                mailbox.append(mail, "INBOX")

    def box(self) -> MailBoxUnencrypted:
        return MailBoxUnencrypted("127.0.0.1", self.port, timeout=10).login("box", PASSWORD)


def dovecot_program() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    program = dovecot_program()
    assert program, "install dovecot-imapd"
    port = free_port()
    # As root, the server insists on its own users, which come with its package.
    is_root = os.getuid() == 0
    me = pwd.getpwnam("mail") if is_root else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(me.pw_gid).gr_name
    users = (
        ""
        if is_root
        else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}\n"
        f"default_internal_group = {group}"
    )
    with tempfile.TemporaryDirectory(prefix="imap-") as folder:
        config = Path(folder, "dovecot.conf")
        os.chmod(folder, 0o755)
        maildir = Path(folder, "maildir")
        maildir.mkdir(mode=0o700)
        os.chown(maildir, me.pw_uid, me.pw_gid)
        config.write_text(
            CONFIG.format(
                root=folder,
                port=port,
                users=users,
                uid=me.pw_uid,
                gid=me.pw_gid,
                password=PASSWORD,
            )
        )
        process = subprocess.Popen(
            [program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(port, Path(folder, "log"))
            yield ImapServer(port)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_until_ready(port: int, log: Path) -> None:
    server = ImapServer(port)
    for _ in range(100):
        try:
            with server.box():
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    raise AssertionError(log.read_text() if log.exists() else "the server did not start")

"""A bash on a terminal of its own, as a user has it: sends each line of stdin as it is typed,
presses Tab, and prints what the line has become, as JSON. `?` at the end of a line lists what is
offered."""

import json
import os
import pty
import re
import select
import sys
import time
from pathlib import Path

PATIENCE = 30.0
MARK = re.compile(rb"<line>(.*?)</line>", re.S)


class Bash:
    """One shell whose line can be asked for by Ctrl-X p."""

    def __init__(self, directory: str, program: str, script: str) -> None:
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(directory)
            environment = {
                **os.environ,
                "PATH": str(Path(program).parent) + ":" + os.environ["PATH"],
                "PS1": "",
                "TERM": "dumb",
                "COLUMNS": "2000",
            }
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
        self.pid = pid
        self.send(
            f"PS1=; stty cols 2000; source {script}\n"
            "bind 'set bell-style none'; bind 'set show-all-if-ambiguous on'\n"
            "bind 'set completion-query-items 0'; bind 'set page-completions off'\n"
            "bind 'set enable-bracketed-paste off'\n"
            'bind -x \'"\\C-xp": printf "<%s>%s</%s>\\n" line "$READLINE_LINE" line\'\n'
        )
        self.line("")

    def send(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def line(self, typed: str) -> tuple[str, str]:
        """What stands in the line after Tab, and what was printed meanwhile."""
        self.send("\x15" + typed + ("\t" if typed else "") + "\x18p")
        seen = b""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.5)
            if not ready:
                continue
            seen += os.read(self.fd, 65536)
            if found := MARK.search(seen):
                return found.group(1).decode(), seen[: found.start()].decode(errors="replace")
        raise SystemExit(f"bash did not answer to {typed!r}: {seen!r}")


def main() -> None:
    bash = Bash(*sys.argv[1:4])
    for typed in sys.stdin.read().splitlines():
        wants_list = typed.endswith("?")
        line, printed = bash.line(typed.rstrip("?"))
        answer = {"line": line}
        if wants_list:
            answer["offered"] = printed.split()
        print(json.dumps(answer), flush=True)
    bash.send("\x15exit\n")
    os.waitpid(bash.pid, 0)


main()

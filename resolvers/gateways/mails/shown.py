"""Mail of a demo, sent to nobody: the terminal says that there is one, and a page shows the last of them."""

from collections import deque
from collections.abc import Callable

from domain.mails import Mail

KEPT = 50


class ShownMails:
    def __init__(self, say: Callable[[str], None], *, kept: int = KEPT) -> None:
        self._say = say
        self.shown: deque[Mail] = deque(maxlen=kept)

    async def send(self, mail: Mail) -> None:
        self.shown.append(mail)
        self._say(f"  A mail to {mail.recipient}, which a demo sends to nobody: {mail.subject}\n{_indented(mail.text)}")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())

"""The labels of seats: what people see and what mutations name, so each is unique in its seat map and readable."""

import re
from collections import Counter
from collections.abc import Iterable

from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.unique_names import UniqueNames

LONGEST_LABEL = 100
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class SeatLabels:
    """A seat_guid that is unique in the plan and readable is the label; otherwise zone, row and number make one."""

    def __init__(self, guids: Iterable[str], findings: Findings) -> None:
        self._counts = Counter(guid.strip() for guid in guids)
        self._findings = findings
        kept = (guid for guid in self._counts if self._objection(guid) is None)
        self._names = UniqueNames(reserved=kept)

    def label(self, guid: str, place: str) -> str:
        """`place` is zone, row and number in one text, used where the seat_guid is not."""
        guid = guid.strip()
        objection = self._objection(guid)
        if objection is None:
            return guid
        label = self._names.take(one_line(place, LONGEST_LABEL))
        old = one_line(guid, LONGEST_LABEL) or "(none)"
        self._findings.add(f"seat_guid {objection}; the seat is labelled by zone, row and number", f"{old} → {label}")
        return label

    def _objection(self, guid: str) -> str | None:
        if not guid:
            return "is empty"
        if self._counts[guid] > 1:
            return "occurs more than once"
        if _UUID.fullmatch(guid):
            return "is a UUID"
        return None if one_line(guid, LONGEST_LABEL) == guid else "cannot be shown as it is"

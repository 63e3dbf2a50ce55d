"""Which of the forms of an answer a client prefers."""

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"
PARTS = "multipart/mixed;subscriptionspec=1.0"


def preferred(accept: str) -> str:
    """The media type of the answer. Who asks for neither gets JSON all the same."""
    qualities = dict(_qualities(accept))
    wanted = qualities.get(GRAPHQL_JSON, 0.0)
    plain = qualities.get(JSON, max(qualities.get("application/*", 0.0), qualities.get("*/*", 0.0)))
    return GRAPHQL_JSON if wanted > 0 and wanted >= plain else JSON


def preferred_stream(accept: str) -> str | None:
    """None unless a stream is what the client wants most: some list it last in every request and cannot read one.

    Of equals the first counts.
    """
    qualities = [each for each in _qualities(accept) if each[1] > 0]
    best = max(qualities, key=lambda each: each[1], default=("", 0.0))[0]
    return best if best in (EVENTS, PARTS) else None


def _qualities(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(","):
        media_type, *parameters = (each.strip() for each in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        if media_type == "multipart/mixed" and {"subscriptionspec=1.0", 'subscriptionspec="1.0"'} & set(parameters):
            media_type = PARTS
        found.append((media_type, float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0))
    return found

"""Things with a global id."""

import strawberry


@strawberry.interface(description="A thing with a global id, which `node(id:)` finds again.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, global and stable; begins with the kind of thing, e.g. `session_`.")

"""What every object with an id has in common."""

import strawberry

ID = "Opaque global id; give it to `node` to read the object again."


@strawberry.interface(description="An object with an opaque id that is unique across types and banks.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = strawberry.field(description=ID)

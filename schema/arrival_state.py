"""Words for how far an arrival is."""

import enum

import strawberry


@strawberry.enum(description="How far an arrival is.")
class ArrivalStatus(enum.Enum):
    """States."""

    WAITING = strawberry.enum_value("waiting", description="In the queue.")
    WORKING = strawberry.enum_value("working", description="A worker has it; see `stage`.")
    DONE = strawberry.enum_value("done", description="Over: taken in, unchanged, or a dry run told.")
    REFUSED = strawberry.enum_value("refused", description="Over: nothing of it counts.")


@strawberry.enum(description="Which way a file came.")
class ArrivalOrigin(enum.Enum):
    """Ways."""

    INBOX = strawberry.enum_value("inbox", description="By the bank's inbox folder.")
    UPLOAD = strawberry.enum_value("upload", description="By the mutation importDelivery.")


@strawberry.enum(description="What became of a file.")
class ArrivalResult(enum.Enum):
    """Results."""

    ACCEPTED = strawberry.enum_value("accepted", description="Its facts count.")
    UNCHANGED = strawberry.enum_value("unchanged", description="The same content was in force already.")
    REFUSED = strawberry.enum_value("refused", description="Nothing of it counts.")
    DRY_RUN = strawberry.enum_value("dry_run", description="It was only looked at.")

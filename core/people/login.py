"""Who may log in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Login:
    """An active person: the manager he is, if any, and his grants as (role, branch or "")."""

    person: str
    manager: str | None
    grants: tuple[tuple[str, str], ...]

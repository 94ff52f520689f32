"""The decorator of a change: who may, and that a refusal is an answer."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions.field_extension import FieldExtension
from strawberry.types.union import StrawberryUnion

from core.errors import MeritgraphError
from schema.context import Info
from schema.needs import Need, under
from schema.refusals import Refusal, Refused_, is_refusal, refusal_of
from tenants.callers import Caller, require

F = TypeVar("F", bound=Callable[..., Any])
Admit = Callable[[Caller], None]


def change(
    *,
    name: str,
    needs: str,
    description: str,
    refusals: tuple[type[Refusal], ...] = (),
    reach: Need | None = None,
    admit: Admit | None = None,
) -> Callable[[F], F]:
    """A change made by the method below it, which gives its payload or raises; what is refused becomes the answer.

    `needs`: the permission, without which the method is not called and the answer is an error; where it is not the
    whole story, `reach` says for whom the change exists and `admit` looks at it. `refusals`: members of the union
    besides payload and Refused.
    """
    members = (*refusals, Refused_)

    def decorate(method: F) -> F:
        payload = method.__annotations__["return"]
        answer: Any = _Result(
            name=f"{name[0].upper()}{name[1:]}Result",
            type_annotations=tuple(StrawberryAnnotation(member) for member in (payload, *members)),
            description=f"What {name} answers: its payload, or why not.",
        )
        field = strawberry.field(
            name=name,
            description=description,
            graphql_type=answer | None,
            extensions=[_Answering(needs, admit, members)],
            metadata=under(needs if reach is None else reach),
        )
        decorated: F = field(method)
        return decorated

    return decorate


class _Result(StrawberryUnion):
    def get_type_resolver(self, type_map: Any) -> Any:
        """By the answer's own class. Strawberry's compares types by identity, and pruned schemas have their own."""
        return lambda answer, _info, _union: type(answer).__strawberry_definition__.name


class _Answering(FieldExtension):
    def __init__(self, needs: str, admit: Admit | None, members: tuple[type[Refusal], ...]) -> None:
        self._needs = needs
        self._admit = admit
        self._members = members

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Any:
        caller = info.context.caller
        if self._admit is None:
            require(caller, self._needs)
        else:
            self._admit(caller)
        try:
            return await next_(source, info, **given)
        except MeritgraphError as error:
            if not is_refusal(error):
                raise
            return refusal_of(error, self._members, self._needs)

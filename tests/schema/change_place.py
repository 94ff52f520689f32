"""A bank in which every change can be made, and for each a person, an input that works and another one."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.customers.store import add_customers
from core.documents.document import sha256_of
from core.entries.delivering import Desk
from core.entries.entry import NewEntry
from core.entries.store import approve_entry, make_entry
from core.people.store import add_person, grant
from core.plugins.store import catalogue, enable
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from tests.approved import add_queued
from tests.schema.changing import change, made
from tests.schema.conftest import House, Town
from tests.schema.test_changes import SHEET
from tests.service.mailroom import GOOD, MAPPING

FEES = {"fee": "hand-1", "customer": "c1", "day": "2026-10-10", "kind": "card", "amount": "14.00"}
FEED = {
    "code": "core",
    "labelEn": "Balances",
    "labelZh": "余额",
    "mapping": json.dumps(MAPPING),
    "since": "2026-01-01",
}
DOCUMENT = "query Bank { bank { code } }"
TARGET = {"manager": "m1", "indicator": "deposits.daily_average", "target": "1000.50"}
TWO = [("m1", "0.6"), ("m2", "0.4")]
HOLDERS = [{"customer": "c1", "holders": [{"manager": manager, "share": share} for manager, share in TWO]}]


@dataclass(frozen=True)
class Place:
    """The bank. `entries`: numbers of waiting ones; `counted`: of one that is approved."""

    town: Town
    house: House
    entries: list[int] = field(default_factory=list)
    counted: int = 0

    async def ask(self, name: str, key: str | None = None, person: str = "", **changed: Any) -> dict[str, Any]:
        """The answer to the change, as its case asks for it."""
        case = CASES[name]
        keyed = {} if key is None else {"idempotencyKey": key}
        asker = self.town.asks(person or case.person)
        return await asker(change(name, case.selection), input=case.input(self) | changed | keyed)

    async def state(self) -> dict[str, tuple[int, ...]]:
        """Number and newest change of the rows of every table of the bank, and its jobs: nothing changed if equal."""
        found = {}
        async with self.town.open() as session:
            for (table,) in await session.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'bank'"):
                found[table] = tuple(
                    await session.row(f"SELECT count(*), max(xmin::text::bigint) FROM bank.{table}") or ()
                )
            jobs = await session.row("SELECT count(*) FROM platform.jobs WHERE bank_id = $1", session.bank.id)
        return found | {"jobs": tuple(jobs or ())}

    async def records(self) -> int:
        """Records of the trail."""
        async with self.town.open() as session:
            found = await session.row("SELECT count(*) FROM bank.audit")
        return int(found[0]) if found else 0

    @property
    def folder(self) -> Any:
        return self.house.inbox.root / self.town.bank.code


@dataclass(frozen=True)
class Case:
    """How a change is made here. `other`: what makes it another change."""

    person: str
    selection: str
    input: Callable[[Place], dict[str, Any]]
    other: dict[str, Any]


def _entry(place: Place) -> dict[str, Any]:
    return {"number": place.entries[0]}


CASES = {
    "approveEntry": Case("second_steward", "entry { number status decidedBy }", _entry, {"number": 999_999}),
    "approveScheme": Case(
        "approver",
        "version { version status approvedBy }",
        lambda _: {"scheme": "sheet", "version": 3},
        {"version": 2},
    ),
    "cancelRun": Case("assessor", "run { code status }", lambda _: {"runId": "run-running"}, {"runId": "x"}),
    "changeSettings": Case(
        "administrator",
        "settings { late missing ledgerTolerance version }",
        lambda _: {"late": "TELL", "ledgerTolerance": "0.050"},
        {"missing": "TELL"},
    ),
    "disablePlugin": Case(
        "administrator", "changed bank { plugins }", lambda _: {"plugin": "loans"}, {"plugin": "deposits"}
    ),
    "enablePlugin": Case(
        "administrator", "changed bank { plugins }", lambda _: {"plugin": "risk"}, {"plugin": "satisfaction"}
    ),
    "importDelivery": Case(
        "data_steward",
        "arrival { number name }",
        lambda _: {"file": "b.csv", "mapping": json.dumps(MAPPING), "businessDay": "2026-09-05"},
        {"businessDay": "2026-09-06"},
    ),
    "makeEntry": Case(
        "data_steward",
        "entry { number status reason }",
        lambda _: {
            "fact": "fees",
            "businessDay": "2026-10-15",
            "reason": "By hand",
            "rows": [{"cells": [{"name": name, "value": value} for name, value in FEES.items()]}],
        },
        {"reason": "By foot"},
    ),
    "registerDocuments": Case(
        "administrator",
        "registered known",
        lambda _: {"documents": [{"text": "query Mine { me { code } }"}]},
        {"documents": [{"text": "query Me { me { code } }"}]},
    ),
    "removeDocuments": Case("administrator", "removed", lambda _: {"sha256": [sha256_of(DOCUMENT)]}, {"sha256": []}),
    "publishRun": Case("approver", "run { code publishedBy }", lambda _: {"runId": "run-complete"}, {"runId": "x"}),
    "refuseEntry": Case(
        "second_steward",
        "entry { number status decision }",
        lambda place: _entry(place) | {"reason": "No receipt"},
        {"reason": "None"},
    ),
    "removeFeed": Case("data_steward", "code", lambda _: {"code": "old"}, {"code": "older"}),
    "reverseEntry": Case(
        "data_steward",
        "entry { number status reverses }",
        lambda place: {"number": place.counted, "reason": "Twice"},
        {"reason": "Thrice"},
    ),
    "saveFeed": Case(
        "data_steward", "feed { code label shape since mapping version }", lambda _: FEED, {"labelEn": "Others"}
    ),
    "saveScheme": Case(
        "scheme_designer",
        "version { version status } advice { code message }",
        lambda _: {"body": json.dumps(SHEET)},
        {"submit": True},
    ),
    "setShares": Case(
        "administrator",
        "closedThrough dryRun version changes { before { manager } after { customer manager share firstDay lastDay } }",
        lambda _: {"from": "2026-10-01", "customers": HOLDERS},
        {"from": "2026-10-02"},
    ),
    "setTargets": Case(
        "administrator",
        "targets { manager period target prorate version }",
        lambda _: {"period": "2026-Q4", "targets": [TARGET]},
        {"period": "2027-Q1"},
    ),
    "startRun": Case(
        "assessor",
        "run { code period scheme { version } }",
        lambda _: {"scheme": "sheet", "period": "2026-Q1"},
        {"period": "2026-Q2"},
    ),
    "submitScheme": Case(
        "scheme_designer",
        "version { version status submittedBy }",
        lambda _: {"scheme": "sheet", "version": 2},
        {"version": 4},
    ),
    "withdrawEntry": Case("data_steward", "entry { number status decidedBy }", _entry, {"number": 999_999}),
}
"""By the change's name."""


async def furnished(town: Town, house: House) -> Place:
    """Customers, a scheme in three versions and a run of Janus, feeds, entries, a file in the inbox."""
    async with town.open() as session:
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        for person, *roles in (("second_steward", "data_steward"), ("janus", "approver", "scheme_designer")):
            await add_person(session, person, None)
            for role in roles:
                await grant(session, person, role, "")
        await add_queued(session, "run-of-janus", by="janus")
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = 'run-of-janus'")
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = 'x', results_hash = 'x'
               WHERE run = 'run-of-janus'"""
        )
    async with town.open("janus") as session:
        await enable(session, house.host, "loans")
        offered = await catalogue(session, house.host)
        for submitted in (True, False, True):
            version = await save_scheme(session, SHEET, offered.indicators, offered.point_rules)
            if submitted:
                await submit_scheme(session, "sheet", version)
    async with town.open("approver") as session:
        await approve_scheme(session, "sheet", 1)
    made(await town.asks("data_steward")(change("saveFeed"), input=FEED | {"code": "old"}))
    documents = {"documents": [{"text": DOCUMENT}]}
    made(await town.asks("administrator")(change("registerDocuments"), input=documents))
    place = await _with_entries(town, house)
    house.inbox.look(town.bank.code)
    (place.folder / "b.csv").write_text(GOOD)
    return place


async def _with_entries(town: Town, house: House) -> Place:
    numbers = []
    today = date(2026, 10, 20)
    async with town.open("data_steward") as session:
        desk = Desk(house.store, (await catalogue(session, house.host)).fact_tables, today)
        for number in range(2):
            row = FEES | {"fee": f"made-{number}"}
            numbers.append(await make_entry(session, desk, NewEntry("fees", date(2026, 10, 15), "By hand", [row])))
    async with town.open("second_steward") as session:
        await approve_entry(session, desk, numbers[1], check_may_correct=lambda: None)
    return Place(town, house, [numbers[0]], numbers[1])

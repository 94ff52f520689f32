"""`meritgraph trail`: who did what, from a terminal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Command = Callable[..., Any]


def test_the_trail_tells_the_newest_acts_first(cli: Command, new_bank: Callable[[], str]) -> None:
    bank = new_bank()
    for code in ("ann", "ben"):
        assert cli("person", "add", code, "--bank", bank, "--as", "root").exit == 0
    added = cli("trail", "--bank", bank, "--action", "person:add", "--person", "root", "--json").json
    assert [(act["person"], act["subject"]) for act in added] == [("root", "ben"), ("root", "ann")]
    assert added[0]["detail"] == {"manager": None}
    moment = datetime.fromisoformat(added[0]["at"])
    assert moment.tzinfo is not None
    assert cli("trail", "--bank", bank, "--first", "1", "--json").json == added[:1]
    assert cli("trail", "--bank", bank, "--subject", "ann", "--json").json[0] == added[1]
    shown = cli("trail", "--bank", bank, "--action", "person:add").out
    assert f"{moment:%Y-%m-%d %H:%M:%S}" in shown
    assert shown.index("ben") < shown.index("ann")


def test_the_trail_begins_on_a_day_of_the_bank(cli: Command, new_bank: Callable[[], str]) -> None:
    bank = new_bank()
    acts = cli("trail", "--bank", bank, "--json").json
    assert acts
    today = acts[-1]["at"][:10]
    assert cli("trail", "--bank", bank, "--since", today, "--json").json == acts
    assert cli("trail", "--bank", bank, "--since", "9999-01-01", "--json").json == []


def test_a_day_that_is_none_is_refused(cli: Command) -> None:
    done = cli("trail", "--bank", "any", "--since", "yesterday")
    assert (done.exit, "yesterday" in done.err, done.out) == (2, True, "")

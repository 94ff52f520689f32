"""The engine session: what it keeps stays what it was, and nothing but its folder is in reach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import Unavailable
from core.indicators.engine import Engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "bank").mkdir()
    engine = Engine(tmp_path / "bank", "256MB", 1)
    yield engine
    engine.close()


def kinds(*texts: str | None) -> Any:
    return ibis.memtable(pa.table({"kind": pa.array(texts, pa.string()), "number": list(range(len(texts)))}))


def test_a_coded_column_stays_text_to_whoever_asks(engine: Engine) -> None:
    kept = engine.keep("accounts", kinds("deposit", None, "loan", "deposit"), ["kind"])
    assert kept.schema()["kind"] == ibis.dtype("string")
    assert engine.read(kept.order_by("number"))["kind"].to_pylist() == ["deposit", None, "loan", "deposit"]
    assert engine.scalar(kept.filter(kept.kind == "deposit").count()) == 2
    assert engine.scalar(kept.filter(kept.kind.isin(["loan", "never seen"])).count()) == 1
    assert engine.scalar(kept.filter(kept.kind == "never seen").count()) == 0
    assert engine.scalar(kept.kind.upper().max()) == "LOAN"


def test_a_coded_column_survives_what_is_kept_from_it(engine: Engine) -> None:
    accounts = engine.keep("accounts", kinds("deposit", "loan"), ["kind"])
    more = ibis.memtable(pa.table({"number": [0, 1, 2]}))
    joined = more.left_join(accounts, more.number == accounts.number).select(more.number, accounts.kind)
    spans = engine.keep("spans", joined)
    assert engine.read(spans.order_by("number"))["kind"].to_pylist() == ["deposit", "loan", None]
    grouped = spans.union(kinds("other").select("number", "kind")).group_by("kind").agg(n=ibis._.count())
    assert sorted(engine.read(grouped)["kind"].to_pylist(), key=str) == [None, "deposit", "loan", "other"]


def test_a_coded_column_may_be_empty(engine: Engine) -> None:
    assert engine.scalar(engine.keep("nothing", kinds(), ["kind"]).count()) == 0
    assert engine.read(engine.keep("unknown", kinds(None), ["kind"]))["kind"].to_pylist() == [None]


def test_files_with_other_rows_than_named_are_damaged(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "bank" / "facts.parquet"
    pq.write_table(pa.table({"one": [1, 2]}), path)
    assert engine.scalar(engine.files([path], 2).count()) == 2
    with pytest.raises(Unavailable, match="hold 2 rows instead of 3") as refused:
        engine.files([path], 3)
    assert refused.value.code == "FACTS_DAMAGED"


def test_a_file_outside_the_banks_folder_is_out_of_reach(engine: Engine, tmp_path: Path) -> None:
    outside = tmp_path / "other.parquet"
    pq.write_table(pa.table({"one": [1]}), outside)
    with pytest.raises(Unavailable, match="cannot be read"):
        engine.files([outside], 1)

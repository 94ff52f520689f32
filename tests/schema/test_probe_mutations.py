from tests.schema.conftest import Town
async def test_x(here: Town) -> None:
    for who in ("auditor", "assessor"):
        r = await here.asks(who).post({"query": 'mutation { publishRun(input: {runId: "x"}) { __typename } }'})
        print(who, r.status_code, r.text)
    assert 0

import sys; sys.path.insert(0, "/tmp")
from sqlalchemy import text
from datetime import date
from decimal import Decimal
import time
from explainA import *

async def test_it(open_bank, owner):
    t=time.time()
    async with open_bank() as s:
        await fill(s)
    print("fill", time.time()-t)
    async with owner.connect() as c:
        c = await c.execution_options(isolation_level="AUTOCOMMIT")
        await c.execute(text("ANALYZE bank.shares, bank.customers, bank.targets, bank.managers, bank.postings, bank.branches"))
    C, M, F, S = sh.CUSTOMER, sh.MANAGER, sh.FIRST, sh.SHARE
    tail=(Order(C),Order(M),Order(F))
    async with open_bank() as s:
        for scope, nm in ((ALL,"all"),(OWN,"own"),(HEAD,"head")):
            L=sh.shares_in(scope)
            deep=("C00150000","M0500",date(2025,1,1))
            await show(s, f"shares {nm} customer", L, tail)
            await show(s, f"shares {nm} customer deep", L, tail, after=deep)
            await show(s, f"shares {nm} customer backward", L, tail, backward=True)
            await show(s, f"shares {nm} customer deep backward", L, tail, before=deep, backward=True)
            await show(s, f"shares {nm} customer DESC", L, (Order(C,True),Order(M),Order(F)))
            await show(s, f"shares {nm} manager deep", L, (Order(M),Order(C),Order(F)), after=("M1500",*deep[::2]))
            await show(s, f"shares {nm} manager DESC deep", L, (Order(M,True),Order(C),Order(F)), after=("M1500",*deep[::2]))
            await show(s, f"shares {nm} first desc deep", L, (Order(F,True),Order(C),Order(M)), after=(date(2026,1,1),*deep[:2]))
            await show(s, f"shares {nm} first asc deep", L, (Order(F),Order(C),Order(M)), after=(date(2026,1,1),*deep[:2]))
            await show(s, f"shares {nm} share desc", L, (Order(S,True),*tail))
            await show(s, f"shares {nm} share desc deep", L, (Order(S,True),*tail), after=(1000000,*deep))
            await show(s, f"shares {nm} share asc deep", L, (Order(S),*tail), after=(500000,*deep))
            K=cu.customers_in(scope)
            await show(s, f"customers {nm} code", K, (Order(cu.CODE),))
            await show(s, f"customers {nm} code deep", K, (Order(cu.CODE),), after=("C00150000",))
            await show(s, f"customers {nm} name deep", K, (Order(cu.NAME),Order(cu.CODE)), after=("name5","C00150000"))
            await show(s, f"customers {nm} name desc", K, (Order(cu.NAME,True),Order(cu.CODE)))
            T=ta.targets_in(scope)
            P,I,TM=ta.PERIOD,ta.INDICATOR,ta.MANAGER
            await show(s, f"targets {nm} period", T, (Order(P,True),Order(TM),Order(I)))
            await show(s, f"targets {nm} period deep", T, (Order(P,True),Order(TM),Order(I)), after=("2026-Q2","M1000","ind.i3"))
            await show(s, f"targets {nm} manager deep", T, (Order(TM),Order(P),Order(I)), after=("M1000","2026-Q2","ind.i3"))
            await show(s, f"targets {nm} indicator deep", T, (Order(I),Order(P),Order(TM)), after=("ind.i3","2026-Q2","M1000"))
            await show(s, f"targets {nm} target desc", T, (Order(ta.TARGET,True),Order(P),Order(TM),Order(I)))
        await show(s, "Manager.shares x50", sh.shares_in(ALL,parent="s.manager"), tail, parents=[f"M{n:04}" for n in range(1,51)])
        await show(s, "Customer.shares x50", sh.shares_in(ALL,parent="s.customer"), tail, parents=[f"C{n:08}" for n in range(1,51)])
        await show(s, "Customer.shares own x50", sh.shares_in(OWN,parent="s.customer"), tail, parents=[f"C{n:08}" for n in range(1,51)])

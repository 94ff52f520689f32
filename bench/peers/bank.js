// Where the bank lies: PGHOST, PGUSER, … as libpq reads them, and the bank's number in BENCH_BANK.
import pg from "pg";

export const bank = Number(process.env.BENCH_BANK);

export const login = {
  host: process.env.PGHOST,
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE,
  // Who passes row-level security by does not need it; the owner of another server does.
  options: `-c meritgraph.bank=${bank}`,
  max: 10,
};

export const makePool = () => new pg.Pool(login);

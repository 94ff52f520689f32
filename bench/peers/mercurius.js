// Mercurius as its guide would have it: graphql-jit from the first answer on, one batched loader a relation.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { bank, makePool } from "./bank.js";

const pool = makePool();
const rowsOf = async (name, text, ...values) => (await pool.query({ name, text, values: [bank, ...values] })).rows;
const scaled = (number, places) => (number === null ? null : (Number(number) / 10 ** places).toFixed(places));
const columns = { POINTS: "c.points_e4", RANK: "c.rank" };

const resolvers = {
  Query: {
    async scorecards(_, { runId, first, orderBy }) {
      const order = (orderBy ?? []).map(({ field, direction }) => `${columns[field]} ${direction}`);
      const tie = orderBy?.at(-1)?.direction ?? "ASC";
      const rows = await rowsOf(
        `scorecards ${order}`,
        `SELECT c.run, c.manager AS code, c.rank, c.points_e4, c.grade
         FROM bank.scorecards c
         JOIN bank.runs r ON r.bank_id = c.bank_id AND r.run = c.run AND r.status = 'complete'
         WHERE c.bank_id = $1 AND c.run = $2 ORDER BY ${[...order, `c.manager ${tie}`].join(", ")} LIMIT $3`,
        runId,
        first,
      );
      for (const row of rows) row.points = scaled(row.points_e4, 4);
      return { nodes: rows };
    },
  },
};

const byKey = (rows, key) => new Map(rows.map((row) => [row[key], row]));

const loaders = {
  Scorecard: {
    async manager(asked) {
      const codes = asked.map(({ obj }) => obj.code);
      const rows = await rowsOf(
        "managers",
        `SELECT m.manager AS code, m.name, p.branch AS post
         FROM bank.managers m LEFT JOIN bank.postings p
           ON p.bank_id = m.bank_id AND p.manager = m.manager
          AND p.valid_from <= CURRENT_DATE AND CURRENT_DATE < p.valid_until
         WHERE m.bank_id = $1 AND m.manager = ANY($2::text[])`,
        codes,
      );
      const found = byKey(rows, "code");
      return codes.map((code) => found.get(code));
    },
    async lines(asked) {
      const rows = await rowsOf(
        "lines",
        `SELECT l.manager, l.indicator, l.value_e6, l.target, l.points_e4
         FROM bank.score_lines l WHERE l.bank_id = $1 AND l.run = $2 AND l.manager = ANY($3::text[])
         ORDER BY l.manager, l.line`,
        asked[0].obj.run, // the page's cards are all of one run
        asked.map(({ obj }) => obj.code),
      );
      const found = new Map(asked.map(({ obj }) => [obj.code, []]));
      for (const row of rows) {
        found.get(row.manager).push({
          indicator: { code: row.indicator },
          value: scaled(row.value_e6, 6),
          target: row.target,
          points: scaled(row.points_e4, 4),
        });
      }
      return asked.map(({ obj }) => found.get(obj.code));
    },
  },
  Manager: {
    async branch(asked) {
      const codes = asked.map(({ obj }) => obj.post);
      const rows = await rowsOf(
        "branches",
        "SELECT branch AS code, name FROM bank.branches WHERE bank_id = $1 AND branch = ANY($2::text[])",
        [...new Set(codes)],
      );
      const found = byKey(rows, "code");
      return codes.map((code) => found.get(code) ?? null);
    },
  },
};

const app = Fastify();
app.register(mercurius, {
  schema: readFileSync(new URL("leaderboard.graphql", import.meta.url), "utf8"),
  resolvers,
  loaders,
  jit: 1,
});
await app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });

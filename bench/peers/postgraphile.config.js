// PostGraphile on the bank's own tables; relations that the database keeps by triggers are told here.
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { jsonPgSmartTags } from "postgraphile/utils";
import { makePool } from "./bank.js";

const relations = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      "bank.scorecards": {
        tags: {
          foreignKey: [
            "(bank_id, manager) references bank.managers (bank_id, manager)|@fieldName who",
            "(bank_id, branch) references bank.branches (bank_id, branch)|@fieldName place",
          ],
        },
      },
      "bank.score_lines": {
        tags: {
          foreignKey:
            "(bank_id, run, manager) references bank.scorecards (bank_id, run, manager)" +
            "|@foreignSimpleFieldName lines|@behavior +list -connection",
        },
      },
    },
  },
});

export default {
  extends: [PostGraphileAmberPreset],
  plugins: [relations],
  pgServices: [makePgService({ pool: makePool(), schemas: ["bank"], pubsub: false })],
  grafast: { explain: false },
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false },
};

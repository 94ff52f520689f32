import { Kind, parse, validate } from 'graphql';

const LOOK_UPS = {
  run: `{
    runs(first: 1, filter: {status: {eq: COMPLETE}}, orderBy: [{field: REQUESTED_AT, direction: DESC}]) {
      nodes { id period scheme { code } }
    }
  }`,
  me: '{ me { manager { code } } }',
  best: 'query($run: ID!) { scorecards(runId: $run, first: 1) { nodes { manager { code } } } }',
  manager: '{ managers(first: 1) { nodes { code } } }',
  target: `{
    targets(first: 1, orderBy: [{field: PERIOD, direction: DESC}]) {
      nodes { manager period target version indicator { code } }
    }
  }`,
  share: '{ shares(first: 1) { nodes { customer manager } } }',
};

/** Looks things up, each once. What the role may not read is null, and is not asked for where the schema is known. */
class Found {
  constructor(ask, schema) {
    Object.assign(this, { ask, schema, kept: new Map() });
  }

  async data(name, variables) {
    const query = LOOK_UPS[name];
    if (this.schema && validate(this.schema, parse(query)).length) return null;
    return (await this.ask({ query, variables })).data ?? null;
  }

  #once(name, look) {
    if (!this.kept.has(name)) this.kept.set(name, look());
    return this.kept.get(name);
  }

  /** The newest complete run. */
  run = () => this.#once('run', async () => (await this.data('run'))?.runs?.nodes[0] ?? null);
  target = () => this.#once('target', async () => (await this.data('target'))?.targets?.nodes[0] ?? null);
  share = () => this.#once('share', async () => (await this.data('share'))?.shares?.nodes[0] ?? null);

  /** Code of the manager who asks, else of the best of that run, else of the first. */
  manager = () => this.#once('manager', async () => {
    const run = await this.run();
    return (await this.data('me'))?.me?.manager?.code
      ?? (run && (await this.data('best', { run: run.id }))?.scorecards?.nodes[0]?.manager.code)
      ?? (await this.data('manager'))?.managers?.nodes[0]?.code
      ?? null;
  });

  /** Of that run, else the quarter that ended last: targets are agreed for periods that have not begun, too. */
  period = async () => (await this.run())?.period ?? lastQuarter(new Date());
}

export function lastQuarter(day) {
  const quarter = Math.floor(day.getMonth() / 3);
  return quarter ? `${day.getFullYear()}-Q${quarter}` : `${day.getFullYear() - 1}-Q4`;
}

const today = () => new Date().toISOString().slice(0, 10);

const VALUES = {
  run: async (found) => (await found.run())?.id,
  manager: (found) => found.manager(),
  period: (found) => found.period(),
};

const INPUTS = {
  StartRun: async (found) => ({ scheme: (await found.run())?.scheme.code ?? '', period: await found.period() }),
  CancelRun: async (found) => ({ runId: (await found.run())?.id ?? '' }),
  PublishRun: async (found) => ({ runId: (await found.run())?.id ?? '' }),
  ImportDelivery: () => ({ file: 'a-file-of-the-inbox.csv', dryRun: true }),
  SetShares: async (found) => {
    const { customer = '', manager = '' } = (await found.share()) ?? {};
    return { from: today(), dryRun: true, customers: [{ customer, holders: [{ manager, share: '1' }] }] };
  },
  SetTargets: async (found) => {
    // The newest target as it stands, so that running the example by chance agrees nothing new.
    const { manager = '', period = await found.period(), target = '0', version, indicator } = (await found.target()) ?? {};
    return { period, targets: [{ manager, indicator: indicator?.code ?? '', target, expectedVersion: version }] };
  },
};

/**
 * The variables an example cannot do without, looked up with `ask`: "" where there is nothing to be found.
 * `schema` is what the role sees, or null where it is not known.
 */
export async function variablesFor({ name, query }, ask, schema) {
  const found = new Found(ask, schema);
  const filled = {};
  for (const { variable, type } of parse(query).definitions[0].variableDefinitions) {
    if (type.kind !== Kind.NON_NULL_TYPE) continue;
    const key = variable.name.value;
    const value = key === 'input' ? INPUTS[name] : VALUES[key];
    filled[key] = (await value?.(found)) ?? '';
  }
  return filled;
}

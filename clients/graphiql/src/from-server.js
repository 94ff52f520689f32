export const byId = (id) => document.getElementById(id);

/** What the server wrote into <script type="application/json" id="…">, or null. */
function fromServer(id) {
  try {
    return JSON.parse(byId(id)?.textContent ?? 'null');
  } catch {
    return null;
  }
}

const list = (id) => {
  const found = fromServer(id);
  return Array.isArray(found) ? found : [];
};

/** Ready tokens of a demonstration: {role, token}. */
export const demoTokens = list('meritgraph-tokens')
  .filter((t) => typeof t?.role === 'string' && typeof t?.token === 'string' && t.token);

export const defaultQuery = (() => {
  const query = fromServer('meritgraph-query');
  return typeof query === 'string' && query.trim() ? query : '{\n  __typename\n}\n';
})();

/** The menu: groups {en, zh, examples} of {name, en, zh, query}. */
export const exampleGroups = list('meritgraph-examples');

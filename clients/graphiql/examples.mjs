// The menu with the text of each operation, from the documents that front ends use: there is no second copy to go stale.
import { parse, visit } from 'graphql';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MENU } from './menu.mjs';

const DOCUMENTS = join(dirname(fileURLToPath(import.meta.url)), '../typescript/documents');

/** Definitions of all documents by name: the node, and its text with the comment over it. */
function definitions() {
  const found = new Map();
  for (const file of readdirSync(DOCUMENTS).filter((name) => name.endsWith('.graphql')).sort()) {
    const source = readFileSync(join(DOCUMENTS, file), 'utf8').replace(/\r\n/g, '\n');
    let end = 0;
    for (const node of parse(source).definitions) {
      found.set(node.name.value, { node, text: source.slice(end, node.loc.end).trim() });
      end = node.loc.end;
    }
  }
  return found;
}

/** Add to `names` the fragments that this definition needs, in the order in which it meets them. */
function gather(name, all, names) {
  names.add(name);
  visit(all.get(name).node, {
    FragmentSpread({ name: { value } }) {
      if (!names.has(value)) gather(value, all, names);
    },
  });
  return names;
}

/** The menu, each example with its `query`. Throws unless the menu offers every operation, and each once. */
export function examples() {
  const all = definitions();
  const operations = [...all].filter(([, { node }]) => node.kind === 'OperationDefinition').map(([name]) => name);
  const offered = MENU.flatMap((group) => group.examples.map(({ name }) => name));
  const [have, want] = [offered, operations].map((names) => [...names].sort().join(', '));
  if (have !== want) throw new Error(`menu.mjs offers ${have}; the documents have ${want}`);
  const query = (name) => `${[...gather(name, all, new Set())].map((part) => all.get(part).text).join('\n\n')}\n`;
  return MENU.map((group) => ({
    ...group,
    examples: group.examples.map((example) => ({ ...example, query: query(example.name) })),
  }));
}

// Builds graphiql.js, graphiql.css, examples.json and THIRD_PARTY.txt.
//
//     node build.mjs [output folder]      (default: ../../schema/graphiql)
//
// The output depends only on package-lock.json, src/, menu.mjs and the documents
// of ../typescript: the same inputs give the same bytes, so a rebuild that changes nothing leaves a clean work tree.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examples } from './examples.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../../schema/graphiql'));
mkdirSync(out, { recursive: true });

writeFileSync(join(out, 'examples.json'), `${JSON.stringify(examples(), null, 2)}\n`);

// GraphiQL's style sheet carries 300 kB of fonts as data: addresses. The page
// uses the reader's own fonts instead, so its policy need not allow any.
const withoutFonts = {
  name: 'without-fonts',
  setup(b) {
    b.onLoad({ filter: /node_modules[\\/].*\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^{}]*\}/g, ''),
      loader: 'css',
    }));
  },
};

// graphql looks for a global "process" to choose this, and browsers have none.
const productionGraphql = {
  name: 'production-graphql',
  setup(b) {
    b.onLoad({ filter: /[\\/]graphql[\\/]jsutils[\\/]instanceOf\.mjs$/ }, () => ({
      contents: 'export const instanceOf = (value, constructor) => value instanceof constructor;',
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { graphiql: 'src/page.jsx' },
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'iife',
  target: ['es2022', 'chrome115', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  legalComments: 'none',
  banner: {
    js: '/* Meritgraph GraphiQL page. Licences of what is bundled: THIRD_PARTY.txt */',
    css: '/* Meritgraph GraphiQL page. Licences of what is bundled: THIRD_PARTY.txt */',
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: { 'react-style-singleton': './src/no-inline-style.js' },
  plugins: [withoutFonts, productionGraphql],
  logLevel: 'warning',
});

// Licences: every package that gave at least one byte to the bundle.
const folders = new Set();
for (const output of Object.values(metafile.outputs)) {
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const at = input.lastIndexOf('node_modules/');
    if (at < 0 || bytesInOutput === 0) continue;
    const parts = input.slice(at + 13).split('/');
    folders.add(input.slice(0, at + 13) + parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join('/'));
  }
}

const person = (p) => (typeof p === 'string' ? p : (p?.name ?? ''));
const home = (p) =>
  (typeof p.repository === 'string' ? p.repository : (p.repository?.url ?? p.name)).replace(/^git\+|\.git$/g, '');
const packages = [...folders].sort().map((folder) => {
  const path = join(here, folder);
  const text = readdirSync(path)
    .filter((f) => /^(licen[cs]e|copying|notice)/i.test(f) && statSync(join(path, f)).isFile())
    .sort()
    .map((f) => readFileSync(join(path, f), 'utf8').replace(/\r\n/g, '\n').trim())
    .join('\n\n');
  return { text, meta: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) };
});
const texts = new Map(); // licence text -> packages under it
for (const { meta, text: own } of packages) {
  // A package without a licence file comes under that of its repository.
  let text = own || packages.find((p) => p.text && home(p.meta) === home(meta) && p.meta.license === meta.license)?.text;
  if (!text) {
    const fallback = join(here, 'licences', `${meta.license}.txt`);
    if (!existsSync(fallback)) throw new Error(`${meta.name}: no licence file, and no licences/${meta.license}.txt`);
    const who = person(meta.author) || (meta.contributors ?? []).map(person).join(', ') || `the authors of ${meta.name}`;
    text = readFileSync(fallback, 'utf8').trim().replace('<holders>', who.replace(/\s*[<(].*?[>)]/g, ''));
  }
  if (!meta.license) throw new Error(`${meta.name}: package.json names no licence`);
  const entry = texts.get(text) ?? [];
  entry.push(`${meta.name} ${meta.version} (${meta.license})`);
  texts.set(text, entry);
}
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const sections = [...texts].map(([text, names]) => [names.sort(order), text]).sort(([a], [b]) => order(a[0], b[0]));
const rule = '-'.repeat(72);
writeFileSync(
  join(out, 'THIRD_PARTY.txt'),
  'graphiql.js and graphiql.css contain code from these packages.\n' +
    sections.map(([names, text]) => `\n${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`).join(''),
);

for (const name of ['graphiql.js', 'graphiql.css', 'examples.json', 'THIRD_PARTY.txt']) {
  console.log(`${name}\t${statSync(join(out, name)).size} bytes`);
}

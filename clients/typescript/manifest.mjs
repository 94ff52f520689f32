// Writes trusted-documents.json: SHA-256 of a document's text → the text, in the order of the hashes.
import { readFileSync, writeFileSync } from 'node:fs'

const [to = 'trusted-documents.json'] = process.argv.slice(2)
const made = JSON.parse(readFileSync('src/generated/persisted-documents.json', 'utf8'))
const manifest = Object.fromEntries(
  Object.entries(made).map(([hash, text]) => [hash.replace('sha256:', ''), text]).sort(([one], [other]) => (one < other ? -1 : 1)),
)
writeFileSync(to, `${JSON.stringify(manifest, null, 2)}\n`)

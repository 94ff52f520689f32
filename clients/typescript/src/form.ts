/** A multipart form of a request whose variables hold files, in the shape every GraphQL upload has; null without files. */
export function formOf(body: { variables: unknown }): FormData | null {
  const files = new Map<string, Blob>()
  const bare = { ...body, variables: withoutFiles(body.variables, 'variables', files) }
  if (files.size === 0) return null
  const paths = [...files.keys()]
  const form = new FormData()
  form.append('operations', JSON.stringify(bare))
  form.append('map', JSON.stringify(Object.fromEntries(paths.map((path, number) => [number, [path]]))))
  paths.forEach((path, number) => form.append(String(number), files.get(path)!))
  return form
}

function withoutFiles(value: unknown, path: string, files: Map<string, Blob>): unknown {
  if (value instanceof Blob) {
    files.set(path, value)
    return null
  }
  if (Array.isArray(value)) return value.map((one, place) => withoutFiles(one, `${path}.${place}`, files))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutFiles(one, `${path}.${name}`, files)]))
}

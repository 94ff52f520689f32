import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'

import { formOf } from './form.js'

/** What went wrong with a part of an answer. `path` says which; `message` says what to do. */
export interface Fault {
  message: string
  path?: readonly (string | number)[]
  extensions?: { code?: string; reason?: string } & Record<string, unknown>
}

/** An answer as it came: `data` may be there beside `errors`. `masked`: paths of fields that are null because the caller may not read them there. */
export interface Answer<Data> {
  data?: Data | null
  errors?: readonly Fault[]
  extensions?: { masked?: readonly string[] } & Record<string, unknown>
}

export interface Terms {
  /** Address of the server's `/graphql`. */
  url: string
  /** The bearer token, asked for before every request so that it may be renewed. */
  token: () => string | Promise<string>
  /** Send a document's hash instead of its text, for a server that takes trusted documents only. */
  trusted?: boolean
  /** Language of labels and sentences, such as `zh-CN`. */
  language?: string
  fetch?: typeof globalThis.fetch
}

export type Ask = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Answer<Data>>

/** A function that asks the server by POST. It throws only where no answer of GraphQL came back. */
export function asker(terms: Terms): Ask {
  return async (document, variables) => {
    const body = { ...said(document, terms.trusted ?? false), variables }
    const form = formOf(body)
    const headers: Record<string, string> = {
      accept: 'application/graphql-response+json, application/json',
      authorization: `Bearer ${await terms.token()}`,
    }
    if (terms.language) headers['accept-language'] = terms.language
    if (form) headers['graphql-require-preflight'] = '1'
    else headers['content-type'] = 'application/json'
    const response = await (terms.fetch ?? fetch)(terms.url, { method: 'POST', headers, body: form ?? JSON.stringify(body) })
    if (!/json/.test(response.headers.get('content-type') ?? '')) throw new Error(`${terms.url} answered ${response.status} without JSON`)
    return await response.json()
  }
}

/** The hash of one of this package's documents, `sha256:…`: the `documentId` of a request, its name in the manifest. */
export function documentId(document: TypedDocumentNode<unknown, never>): string {
  const { hash } = (document as { __meta__?: { hash?: string } }).__meta__ ?? {}
  if (!hash) throw new Error('Only documents of this package have an id.')
  return hash
}

function said(document: TypedDocumentNode<unknown, never>, trusted: boolean): { documentId: string } | { query: string } {
  return trusted ? { documentId: documentId(document) } : { query: print(document) }
}

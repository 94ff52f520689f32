import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-ws';

const NO_TOKEN = 'No token yet: paste one in the box at the top ("meritgraph token" makes one).';
const STOPPED = 'Stopped, because the token was changed. Run it again.';

const said = (message) => ({ errors: [{ message }] });

/** One question over HTTP: the answer, or what went wrong in the same shape. */
async function ask(token, signal, onStatus, params, headers) {
  let response;
  let text;
  try {
    response = await fetch(location.pathname, {
      method: 'POST',
      headers: {
        ...headers,
        Accept: 'application/json',
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(params),
      signal,
    });
    text = await response.text();
  } catch (error) {
    return said(signal.aborted ? STOPPED : `The server did not answer: ${error.message}`);
  }
  if (signal.aborted) return said(STOPPED);
  onStatus(response.status);
  try {
    const body = JSON.parse(text);
    if (body && typeof body === 'object' && ('data' in body || 'errors' in body)) {
      // Without "data", GraphiQL would ask for the schema a second time: one
      // refused token is one refused request in the server's log.
      return params.operationName === 'IntrospectionQuery' ? { data: null, ...body } : body;
    }
  } catch { /* not JSON: shown as it is below */ }
  return said(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500) || 'no text'}`.trim());
}

/** A stream over WebSocket, opened when it is read; it ends when the reader leaves it or the token is changed. */
async function* follow(token, signal, params) {
  const client = createClient({
    url: location.origin.replace(/^http/, 'ws') + location.pathname,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const leave = () => client.terminate();
  signal.addEventListener('abort', leave);
  try {
    yield* client.iterate(params);
  } catch (error) {
    if (signal.aborted) yield said(STOPPED);
    else if (Array.isArray(error)) yield { errors: error };
    else yield said(`The stream ended: ${error.reason || error.message || 'the server closed it'} (${error.code ?? 'no code'})`);
  } finally {
    signal.removeEventListener('abort', leave);
    await client.dispose();
  }
}

/** One fetcher per token. GraphiQL reads the schema again when it gets another. */
export function makeFetcher(token, signal, onStatus) {
  return (params, options) => {
    if (!token) return Promise.resolve(said(NO_TOKEN));
    const operation = options?.documentAST && getOperationAST(options.documentAST, params.operationName);
    if (operation?.operation === 'subscription') return follow(token, signal, params);
    return ask(token, signal, onStatus, params, options?.headers);
  };
}

import { useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { useEditorContext } from '@graphiql/react';
import 'graphiql/style.css';
import './page.css';

const TOKEN_KEY = 'meritgraph:token';
const ROLE_KEY = 'meritgraph:role';
const NO_TOKEN = 'No token yet: paste one in the box at the top ("meritgraph token" makes one).';

const byId = (id) => document.getElementById(id);

/** What the server wrote into <script type="application/json" id="…">, or null. */
function fromServer(id) {
  try {
    return JSON.parse(byId(id)?.textContent ?? 'null');
  } catch {
    return null;
  }
}

// sessionStorage throws where the browser is told to keep nothing.
const session = {
  getItem(key) {
    try { return sessionStorage.getItem(key); } catch { return null; }
  },
  setItem(key, value) {
    try { sessionStorage.setItem(key, value); } catch { /* kept for this page only */ }
  },
  removeItem(key) {
    try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ }
  },
  keys() {
    try { return Object.keys(sessionStorage); } catch { return []; }
  },
};

// GraphiQL's tabs and history: gone with the browser tab, since queries and
// variables can hold applicants' data. The token is not GraphiQL's to clear.
const graphiqlStorage = {
  getItem: session.getItem,
  setItem: session.setItem,
  removeItem: session.removeItem,
  get length() {
    return session.keys().filter((key) => key.startsWith('graphiql:')).length;
  },
  clear() {
    session.keys().filter((key) => key.startsWith('graphiql:')).forEach(session.removeItem);
  },
};

const demoTokens = (() => {
  const list = fromServer('meritgraph-tokens');
  return Array.isArray(list)
    ? list.filter((t) => typeof t?.role === 'string' && typeof t?.token === 'string' && t.token)
    : [];
})();

const defaultQuery = (() => {
  const query = fromServer('meritgraph-query');
  return typeof query === 'string' && query.trim() ? query : '{\n  __typename\n}\n';
})();

const clean = (text) => text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
const isToken = (text) => /^[\x21-\x7e]+$/.test(text);

const said = (message) => ({ errors: [{ message }] });

/** One fetcher per token. GraphiQL reads the schema again when it gets another. */
function makeFetcher(token, signal, onStatus) {
  return async (params, options) => {
    if (!token) return said(NO_TOKEN);
    let response;
    let text;
    try {
      response = await fetch(location.pathname, {
        method: 'POST',
        headers: {
          ...options?.headers,
          Accept: 'application/json',
          'Content-Type': 'application/json',
          Authorization: `Bearer ${token}`,
        },
        body: JSON.stringify(params),
        signal,
      });
      text = await response.text();
    } catch (error) {
      if (signal.aborted) return said('Stopped, because the token was changed. Run it again.');
      return said(`The server did not answer: ${error.message}`);
    }
    if (signal.aborted) return said('Stopped, because the token was changed. Run it again.');
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
  };
}

/** Answers read with one token must not stay on the page under another. */
function ForgetAnswers({ token }) {
  const { tabs, responseEditor, updateActiveTabValues } = useEditorContext({ nonNull: true });
  const last = useRef(token);
  useEffect(() => {
    if (last.current === token) return;
    last.current = token;
    for (const tab of tabs) tab.response = null;
    responseEditor?.setValue('');
    updateActiveTabValues({ response: null });
  });
  return null;
}

function Page() {
  const [token, setToken] = useState(() => demoTokens.length ? chosenRole().token : startToken());
  const [status, setStatus] = useState(null);

  // The bar is plain HTML in index.html, so that it is there before this file.
  useEffect(() => {
    const box = byId('token');
    const form = byId('token-form');
    if (demoTokens.length) {
      const select = byId('role');
      select.replaceChildren(...demoTokens.map(({ role }, i) => new Option(role, String(i))));
      select.value = String(demoTokens.indexOf(chosenRole()));
      select.onchange = () => {
        const chosen = demoTokens[Number(select.value)];
        session.setItem(ROLE_KEY, chosen.role);
        setToken(chosen.token);
      };
      byId('role-form').hidden = false;
      byId('role-form').onsubmit = (event) => event.preventDefault();
      return;
    }
    box.value = startToken();
    const use = () => {
      const text = clean(box.value);
      box.value = text;
      if (text && !isToken(text)) {
        box.setCustomValidity('A token has no spaces and only plain letters, digits and signs.');
        box.reportValidity();
        return;
      }
      if (text) session.setItem(TOKEN_KEY, text);
      else session.removeItem(TOKEN_KEY);
      setToken(text);
    };
    box.oninput = () => box.setCustomValidity('');
    box.onchange = use;
    form.onsubmit = (event) => {
      event.preventDefault();
      use();
    };
    byId('forget').onclick = () => {
      box.setCustomValidity('');
      box.value = '';
      use();
      box.focus();
    };
    form.hidden = false;
  }, []);

  const control = useMemo(() => new AbortController(), [token]);
  useEffect(() => {
    setStatus(null);
    return () => control.abort();
  }, [control]);
  const fetcher = useMemo(
    () => makeFetcher(token, control.signal, setStatus),
    [token, control],
  );

  useEffect(() => {
    const refused = status === 401;
    byId('no-token').hidden = Boolean(token);
    byId('refused').hidden = !token || !refused;
    byId('forget').hidden = !token;
  }, [token, status]);

  return (
    <GraphiQL
      fetcher={fetcher}
      schema={token ? undefined : null}
      defaultQuery={defaultQuery}
      storage={graphiqlStorage}
      shouldPersistHeaders={false}
      inputValueDeprecation
    >
      <GraphiQL.Logo>{''}</GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <ForgetAnswers token={token} />
          </>
        )}
      </GraphiQL.Toolbar>
    </GraphiQL>
  );
}

function startToken() {
  const text = clean(session.getItem(TOKEN_KEY) ?? '');
  return isToken(text) ? text : '';
}

function chosenRole() {
  const role = session.getItem(ROLE_KEY);
  return demoTokens.find((t) => t.role === role) ?? demoTokens[0];
}

createRoot(byId('graphiql')).render(<Page />);

import { useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { useEditorContext } from '@graphiql/react';
import 'graphiql/style.css';
import './page.css';
import { Examples } from './examples.jsx';
import { makeFetcher } from './fetcher.js';
import { byId, defaultQuery, demoTokens } from './from-server.js';
import { graphiqlStorage, session } from './session.js';

const TOKEN_KEY = 'meritgraph:token';
const ROLE_KEY = 'meritgraph:role';

const clean = (text) => text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
const isToken = (text) => /^[\x21-\x7e]+$/.test(text);

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
            <Examples fetcher={fetcher} signal={control.signal} />
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

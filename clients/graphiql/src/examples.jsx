import { useEffect, useMemo, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Kind, parse, validate } from 'graphql';
import { DropdownMenu, useEditorContext, useSchemaStore } from '@graphiql/react';
import { byId, defaultQuery, exampleGroups } from './from-server.js';
import { variablesFor } from './variables.js';

const chinese = (navigator.languages?.[0] ?? navigator.language ?? '').toLowerCase().startsWith('zh');
const label = (thing) => (chinese ? thing.zh : thing.en);
const WORDS = {
  examples: { en: 'Examples', zh: '示例' },
  notSeen: { en: 'not for this role', zh: '此角色不可用' },
  unknown: { en: 'The schema is not known: some may be refused.', zh: '未取得架构，部分示例可能被拒绝。' },
};

const asFirst = new Set([defaultQuery, ...exampleGroups.flatMap((group) => group.examples.map(({ query }) => query))]);

/** Names of the examples in which something does not exist for this role. */
function notSeen(schema) {
  if (!schema) return new Set();
  const all = exampleGroups.flatMap((group) => group.examples);
  return new Set(all.filter(({ query }) => validate(schema, parse(query)).length).map(({ name }) => name));
}

/** Opens an example: in the tab at hand where nobody has written in it, else in a new one. */
function useOpener(fetcher, schema, signal) {
  const { queryEditor, variableEditor, responseEditor, activeTabIndex, addTab, updateActiveTabValues } =
    useEditorContext({ nonNull: true });
  const last = useRef('');
  const waiting = useRef(null);
  const chosen = useRef(null);
  const put = ({ name, query, variables }) => {
    queryEditor.setValue(query);
    // GraphiQL reads these from the text a moment later; who runs it before would run the operation that stood there.
    const documentAST = parse(query);
    const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    Object.assign(queryEditor, { documentAST, operations, operationName: name });
    variableEditor.setValue(variables);
    responseEditor?.setValue('');
    updateActiveTabValues({ response: null });
    last.current = variables;
    queryEditor.focus();
  };
  useEffect(() => {
    if (!waiting.current) return;
    put(waiting.current);
    waiting.current = null;
  }, [activeTabIndex]);
  return async (example) => {
    chosen.current = example;
    const found = await variablesFor(example, fetcher, schema);
    if (signal.aborted || !queryEditor || !variableEditor || chosen.current !== example) return;
    const variables = Object.keys(found).length ? JSON.stringify(found, null, 2) : '';
    const ready = { ...example, variables };
    const [text, beside] = [queryEditor.getValue(), variableEditor.getValue()];
    const untouched = (!text.trim() || asFirst.has(text)) && (!beside.trim() || beside === last.current);
    if (untouched) return put(ready);
    waiting.current = ready;
    addTab();
  };
}

/** The menu in the page's bar. What the role may not read or do is shown, says so, and cannot be chosen. */
export function Examples({ fetcher, signal }) {
  const { schema, isFetching } = useSchemaStore();
  const open = useOpener(fetcher, schema ?? null, signal);
  const off = useMemo(() => notSeen(schema), [schema]);
  if (!exampleGroups.length) return null;
  return createPortal(
    <DropdownMenu>
      <DropdownMenu.Button className="examples-button" disabled={isFetching}>
        {label(WORDS.examples)} ▾
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end" className="examples">
        {!schema && <p className="examples-note">{label(WORDS.unknown)}</p>}
        {exampleGroups.map((group) => (
          <div key={group.en} role="group" aria-label={label(group)}>
            <p className="examples-group" aria-hidden="true">{label(group)}</p>
            {group.examples.map((example) => (
              <DropdownMenu.Item
                key={example.name}
                data-example={example.name}
                disabled={off.has(example.name)}
                onSelect={() => open(example)}
              >
                {label(example)}{off.has(example.name) && <small> · {label(WORDS.notSeen)}</small>}
              </DropdownMenu.Item>
            ))}
          </div>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>,
    byId('examples'),
  );
}

// sessionStorage throws where the browser is told to keep nothing.
export const session = {
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
export const graphiqlStorage = {
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

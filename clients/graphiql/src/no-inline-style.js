// Stands in for react-style-singleton, which writes <style> elements that the
// page's content security policy refuses. It only locked the page's scrolling
// while a dialog is open, and this page does not scroll.
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
export const styleHookSingleton = () => () => {};
export const styleSingleton = () => () => null;

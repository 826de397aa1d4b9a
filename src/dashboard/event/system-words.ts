const LOOK = 'No request was decided by it.';

/** What the shield says of itself, in words: events that are of no request. */
export function saySystem(reason: string): { readonly cause: string; readonly detail: string } {
  const colon = reason.indexOf(': ');
  const about = colon === -1 ? '' : reason.slice(0, colon);
  const rest = colon === -1 ? reason : reason.slice(colon + 2);
  if (/^feeds? /.test(about)) {
    return {
      cause: `the threat ${about}: ${rest}`,
      detail: `${LOOK} Feeds and their state stand on the page Enforcement.`,
    };
  }
  if (about === 'enforcement') {
    return { cause: rest, detail: `${LOOK} Plan, lists and runs stand on the page Enforcement.` };
  }
  if (about === 'reload') {
    return {
      cause: 'a new release could not be loaded',
      detail: `The releases before it stay in force. What was wrong: ${rest}`,
    };
  }
  return { cause: reason, detail: `${LOOK} Who changed what stands in the audit log.` };
}

/** Where in the view: a tab, and what it is about. */
export interface Place {
  readonly tab: string;
  readonly ruleset?: string;
  readonly rule?: string;
  readonly event?: string;
}

/** As the address has it. */
export function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  const of = (name: 'ruleset' | 'rule' | 'event') => {
    const value = query.get(name);
    return value === null ? {} : { [name]: value };
  };
  return { tab: query.get('tab') ?? 'table', ...of('ruleset'), ...of('rule'), ...of('event') };
}

export function writePlace(place: Place): void {
  const query = new URLSearchParams(Object.entries(place));
  history.replaceState(history.state, '', `?${query}`);
}

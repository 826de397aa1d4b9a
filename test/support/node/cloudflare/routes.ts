import { CODE, refuse, type Answer } from './answer.ts';
import type { Account, Call } from './account.ts';

interface Route {
  readonly method: string;
  /** Segments after `/client/v4`, `*` for an id. */
  readonly path: readonly string[];
  readonly answer: (account: Account, call: Call, ids: readonly string[]) => Answer;
}

const LISTS = 'accounts/*/rules/lists';
const RULESETS = 'zones/*/rulesets';
const ENTRYPOINT = `${RULESETS}/phases/*/entrypoint`;

const route = (method: string, path: string, answer: Route['answer']): Route => ({
  method,
  path: path.split('/'),
  answer,
});

const ROUTES: readonly Route[] = [
  route('GET', LISTS, (account) => account.allLists()),
  route('POST', LISTS, (account, call) => account.createList(call)),
  route('GET', `${LISTS}/bulk_operations/*`, (account, _call, [, id = '']) => account.operation(id)),
  route('GET', `${LISTS}/*`, (account, _call, [, list = '']) => account.getList(list)),
  route('PUT', `${LISTS}/*`, (account, call, [, list = '']) => account.describeList(list, call)),
  route('DELETE', `${LISTS}/*`, (account, _call, [, list = '']) => account.deleteList(list)),
  route('GET', `${LISTS}/*/items`, (account, call, [, list = '']) => account.items(list, call)),
  route('POST', `${LISTS}/*/items`, (account, call, [, list = '']) => account.writeItems(list, 'create', call)),
  route('PUT', `${LISTS}/*/items`, (account, call, [, list = '']) => account.writeItems(list, 'replace', call)),
  route('DELETE', `${LISTS}/*/items`, (account, call, [, list = '']) => account.deleteItems(list, call)),
  route('GET', `${LISTS}/*/items/*`, (account, _call, [, list = '', item = '']) => account.item(list, item)),
  route('GET', RULESETS, ({ rulesets }) => rulesets.list()),
  route('GET', ENTRYPOINT, ({ rulesets }, _call, [, phase = '']) => rulesets.entrypoint(phase)),
  route('PUT', ENTRYPOINT, ({ rulesets }, call, [, phase = '']) => rulesets.putEntrypoint(phase, written(call))),
  route('GET', `${RULESETS}/*`, ({ rulesets }, _call, [, id = '']) => rulesets.get(id)),
  route('POST', `${RULESETS}/*/rules`, ({ rulesets }, call, [, id = '']) => rulesets.addRule(id, written(call))),
  route('PATCH', `${RULESETS}/*/rules/*`, ({ rulesets }, call, [, id = '', rule = '']) =>
    rulesets.editRule(id, rule, written(call)),
  ),
  route('DELETE', `${RULESETS}/*/rules/*`, ({ rulesets }, call, [, id = '', rule = '']) =>
    rulesets.deleteRule(id, rule, written(call)),
  ),
];

export interface Found {
  /** `accounts` or `zones`, and which one. */
  readonly scope: string;
  readonly owner: string;
  answer(account: Account, call: Call): Answer;
}

/** The endpoint for a method and a path without its query, or the API's refusal. */
export function findRoute(method: string, path: string): Found | Answer {
  const segments = path.split('/').filter((segment) => segment !== '');
  const fitting = ROUTES.filter(
    (each) =>
      each.path.length === segments.length && each.path.every((part, i) => part === '*' || part === segments[i]),
  );
  const found = fitting.find((each) => each.method === method);
  if (found === undefined) {
    return fitting.length > 0
      ? refuse(405, CODE.noRoute, `no route for ${method} on that URI`)
      : refuse(404, CODE.noRoute, 'No route for that URI');
  }
  const ids = segments.filter((_segment, i) => found.path[i] === '*');
  return {
    scope: segments[0] ?? '',
    owner: ids[0] ?? '',
    answer: (account, call) => found.answer(account, call, ids),
  };
}

const written = ({ body, query, now }: Call) => ({
  body,
  dryRun: query.get('dry_run') === 'true',
  at: new Date(now).toISOString(),
});

import type { Failure } from '../outcome.ts';
import type { Paint } from './paint.ts';
import { plain } from './plain.ts';

/** What went wrong, where, and what to do: for stderr. */
export function describeFailure({ message, problems = [], help, requestId }: Failure, paint: Paint): string {
  const places = problems.map(({ path, message }) => `  ${path === '' ? '' : `${plain(path)}: `}${plain(message)}`);
  return [
    `${paint('red', 'error:')} ${plain(message)}`,
    ...places,
    ...(help === undefined ? [] : [plain(help)]),
    ...(requestId === undefined ? [] : [paint('dim', `request ${plain(requestId)}`)]),
  ].join('\n');
}

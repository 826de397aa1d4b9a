import type { Failure } from '../outcome.ts';
import type { Paint } from './paint.ts';
import { plain } from './plain.ts';
import { wrap } from './wrap.ts';

/** What went wrong, where, and what to do: for stderr. */
export function describeFailure({ message, problems = [], help, requestId }: Failure, paint: Paint): string {
  const places = problems.map(({ path, message }) => `  ${path === '' ? '' : `${plain(path)}: `}${plain(message)}`);
  // Help may have lines of its own; what came from outside has none left.
  const advice = (help ?? '').split('\n').filter((line) => line !== '');
  return [
    ...wrap(`${paint('red', 'error:')} ${plain(message)}`, paint.width),
    ...places.flatMap((place) => wrap(place, paint.width)),
    ...advice.flatMap((line) => wrap(plain(line), paint.width)),
    ...(requestId === undefined ? [] : [paint('dim', `request ${plain(requestId)}`)]),
  ].join('\n');
}

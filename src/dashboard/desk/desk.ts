import type { Answer } from '../control/answer.ts';
import { ask, order } from '../control/ask.ts';
import type { ViewContext } from '../shell/view.ts';

/** The control plane as a view uses it: null where it did not answer what was asked; why is told at the page's edge. */
export interface Desk {
  get<T>(path: string): Promise<T | null>;
  /** Has something done; `done`, in words, is told when it is, in the place of what was told of the same `subject` before. */
  send<T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    done?: string,
    subject?: string,
  ): Promise<T | null>;
}

export function deskOf({ toast }: Pick<ViewContext, 'toast'>): Desk {
  function settle<T>(answer: Answer<T>): T | null {
    if (answer.kind === 'ok') return answer.value;
    toast(answer.text, 'problem');
    return null;
  }
  return {
    get: async <T>(path: string) => {
      const answer = await ask<T>(path);
      // Refused is what a question gets that nobody waits for any more.
      return answer.kind === 'refused' ? null : settle(answer);
    },
    send: async <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, done = '', subject?: string) => {
      const value = settle(await order<T>(path, body, method));
      if (value !== null && done !== '') toast(done, 'done', undefined, subject === undefined ? {} : { subject });
      return value;
    },
  };
}

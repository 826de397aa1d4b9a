import type { ViewContext } from '../shell/view.ts';
import { ask, order, type Answer } from '../status/answer.ts';

/** The control plane as a view uses it: null where it did not answer what was asked; why is told at the page's edge. */
export interface Desk {
  get<T>(path: string): Promise<T | null>;
  /** Has something done; `done`, in words, is told when it is. */
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, done?: string): Promise<T | null>;
}

export function deskOf({ toast, refused }: Pick<ViewContext, 'toast' | 'refused'>): Desk {
  function settle<T>(answer: Answer<T>): T | null {
    switch (answer.kind) {
      case 'ok':
        return answer.value;
      case 'refused':
        refused();
        break;
      case 'silent':
        toast('The shield does not answer. Try again in a moment.', 'problem');
        break;
      case 'problem':
        toast(answer.text, 'problem');
        break;
    }
    return null;
  }
  return {
    get: async <T>(path: string) => settle(await ask<T>(path)),
    send: async <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, done = '') => {
      const value = settle(await order<T>(path, body, method));
      if (value !== null && done !== '') toast(done);
      return value;
    },
  };
}

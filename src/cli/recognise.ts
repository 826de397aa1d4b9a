import { isObject } from './ruleset-diff.ts';

/** Whether a file that was refused as one thing is the other: the two are pushed by commands that look alike. */
export function looksLikeModel(data: unknown): boolean {
  return isObject(data) && 'hiddenWeights' in data;
}

export function looksLikeRuleset(data: unknown): boolean {
  return isObject(data) && Array.isArray(data['rules']);
}

import type { Edits } from './edits.ts';

export function removeNulls(text: string, edits: Edits): void {
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) edits.replace(at, at + 1, '');
}

export function replaceNulls(text: string, edits: Edits): void {
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) edits.replace(at, at + 1, ' ');
}

/** What own items' comments begin with: whatever lacks it is somebody else's and never touched. */
const PREFIX = 'edgeshield:';
/** Characters that Cloudflare takes: developers.cloudflare.com/waf/tools/lists/lists-api/json-object. */
export const COMMENT_LIMIT = 500;

const SHAPE = /^edgeshield: score ([01]\.\d\d)(?:;.*)?; since (\d{4}-\d\d-\d\dT\d\d:\d\dZ)$/;

export interface ItemNote {
  /** 0 to 1. */
  readonly score: number;
  /** Ids, the first ones alone where all would not fit. */
  readonly sources: readonly string[];
  /** Unix milliseconds: when it was listed. Told to the minute. */
  readonly since: number;
}

export function isOwn(comment: string): boolean {
  return comment.startsWith(PREFIX);
}

/** `edgeshield: score 0.93; ipsum, emerging-threats; since 2026-11-20T10:00Z`: enough to rebuild what was forgotten. */
export function writeComment({ score, sources, since }: ItemNote): string {
  const head = `${PREFIX} score ${score.toFixed(2)}`;
  const tail = `; since ${new Date(since).toISOString().slice(0, 16)}Z`;
  let named = '';
  for (const [i, source] of sources.entries()) {
    const next = named === '' ? `; ${source}` : `${named}, ${source}`;
    const rest = i < sources.length - 1 ? ', ...'.length : 0;
    if (head.length + next.length + rest + tail.length > COMMENT_LIMIT) {
      named = named === '' ? '' : `${named}, ...`;
      break;
    }
    named = next;
  }
  return head + named + tail;
}

/** The score and the time in a comment of our own, or null when it was not written by `writeComment`. */
export function readComment(comment: string): Pick<ItemNote, 'score' | 'since'> | null {
  const found = SHAPE.exec(comment);
  if (found === null) return null;
  const since = Date.parse(`${found[2]?.slice(0, -1)}:00Z`);
  return Number.isNaN(since) ? null : { score: Number(found[1]), since };
}

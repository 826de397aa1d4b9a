import { looksAtLog, judgeStage, type Observation } from './expectation.ts';
import type { Exceptions } from './exceptions.ts';
import type { FtwTest, Stage } from './ftw-test.ts';

/** Whoever takes a stage's request and tells what became of it. */
export interface Subject {
  /** False where nothing answers HTTP, and tests that look at the status alone have nothing to look at. */
  readonly hasServer: boolean;
  /** How many stages it bears at once. */
  readonly width: number;
  observe(stage: Stage): Promise<Observation>;
  stop(): Promise<void>;
}

/** A test that did not pass, or was not asked, and why. */
export interface Told {
  readonly id: string;
  readonly why: string;
}

export interface Outcome {
  /** By rule file, in the suite's order. */
  readonly groups: ReadonlyMap<string, { tests: number; passed: number }>;
  readonly tests: number;
  readonly passed: number;
  readonly failed: readonly Told[];
  /** Failed, as declared; `why` is the declaration's. */
  readonly excepted: readonly Told[];
  readonly skipped: readonly Told[];
  /** Declared as exceptions, and passed: the declaration is out of date. */
  readonly unneeded: readonly string[];
}

/** Runs all tests, `subject.width` at a time; `progress` hears how many are done. */
export async function runSuite(
  tests: readonly FtwTest[],
  subject: Subject,
  exceptions: Exceptions,
  progress: (done: number) => void,
): Promise<Outcome> {
  const verdicts: (string | null)[] = [];
  const asked = tests.filter((test) => subject.hasServer || test.stages.some(({ expected }) => looksAtLog(expected)));
  // Shared: each worker takes the next test that is left.
  const queue = asked.entries();
  let done = 0;
  const work = async () => {
    for (const [at, test] of queue) {
      verdicts[at] = await runTest(test, subject);
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: subject.width }, work));
  const skipped = tests
    .filter((test) => !asked.includes(test))
    .map(({ id }) => ({ id, why: 'looks at the answer of the server in front of the rules alone' }));
  return { ...sortOut(asked, verdicts, exceptions), tests: tests.length, skipped };
}

/** A test passes when all its stages do, one after the other. */
async function runTest(test: FtwTest, subject: Subject): Promise<string | null> {
  for (const [index, stage] of test.stages.entries()) {
    const why = judgeStage(stage.expected, await subject.observe(stage));
    if (why !== null) return test.stages.length > 1 ? `stage ${index + 1}: ${why}` : why;
  }
  return null;
}

function sortOut(
  asked: readonly FtwTest[],
  verdicts: readonly (string | null)[],
  exceptions: Exceptions,
): Pick<Outcome, 'groups' | 'passed' | 'failed' | 'excepted' | 'unneeded'> {
  const groups = new Map<string, { tests: number; passed: number }>();
  const failed: Told[] = [];
  const excepted: Told[] = [];
  const unneeded: string[] = [];
  let passed = 0;
  for (const [index, { id, group }] of asked.entries()) {
    let counts = groups.get(group);
    if (counts === undefined) groups.set(group, (counts = { tests: 0, passed: 0 }));
    counts.tests++;
    const why = verdicts[index] ?? null;
    const declared = exceptions.get(id);
    if (why === null) {
      counts.passed++;
      passed++;
      if (declared !== undefined) unneeded.push(id);
    } else if (declared === undefined) failed.push({ id, why });
    else excepted.push({ id, why: declared });
  }
  return { groups, passed, failed, excepted, unneeded };
}

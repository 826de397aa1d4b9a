import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEngineSubject } from '../../../scripts/conformance/engine-subject.ts';
import { readExceptions } from '../../../scripts/conformance/exceptions.ts';
import { runSuite } from '../../../scripts/conformance/run.ts';
import { SUITE_SETUP } from '../../../scripts/conformance/suite-setup.ts';
import { readSuite } from '../../../scripts/conformance/suite.ts';
import { importFolder } from '../../../scripts/import-rules/import-folder.ts';

const SHARED = process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const TESTS = join(SHARED, 'crs', '3.3.4', 'tests');
/** Debian's package `modsecurity-crs`. */
const RULES = '/usr/share/modsecurity-crs/rules';

const missing = [RULES, TESTS].filter((path) => !existsSync(path));

test.skipIf(missing.length > 0)(
  `the regression suite of CRS 3.3.4 passes in process${missing.length > 0 ? ` (not run: there is no ${missing.join(' and no ')})` : ''}`,
  { timeout: 180_000 },
  async () => {
    const tests = readSuite(TESTS);
    const ruleset = importFolder(RULES, undefined, SUITE_SETUP);
    if (!tests.ok || !ruleset.ok) throw new Error('the suite or its rules cannot be read');
    const outcome = await runSuite(
      tests.value,
      startEngineSubject(ruleset.value),
      readExceptions('3.3.4', 'engine'),
      () => {},
    );
    expect(outcome.failed).toEqual([]);
    expect(outcome.unneeded).toEqual([]);
    expect(outcome.passed / (outcome.tests - outcome.skipped.length)).toBeGreaterThan(0.995);
  },
);

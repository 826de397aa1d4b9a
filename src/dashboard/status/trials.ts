import type { LogicTest, Threat } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { ask } from '../control/ask.ts';
import { element } from '../dom.ts';
import { bindAction, verdict, type Outcome } from './action.ts';
import { showEffectiveness, type EffectivenessReport } from './effectiveness.ts';
import { TIER_NAMES } from './names.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

interface LogicReport {
  readonly total_tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly LogicTest[];
}

interface ConnectionReport {
  readonly success: boolean;
  readonly message: string;
  readonly binding_type: string;
  readonly threats_received: number;
  readonly sample_threats: readonly {
    readonly ip: string;
    readonly score: number;
    readonly sources: Threat['sources'];
  }[];
}

/** The tests that the operator's documents name, run against what is live. */
export function bindTrials(): void {
  bindAction<LogicReport>({
    button: 'test-logic',
    output: 'logic-result',
    progress: 'Asking the live function…',
    run: () => ask('/test/response-logic'),
    show: showLogic,
  });
  bindAction<ConnectionReport>({
    button: 'test-connection',
    output: 'connection-result',
    progress: 'Calling the collector…',
    run: () => ask('/test/connection'),
    show: showConnection,
  });
  bindAction<EffectivenessReport>({
    button: 'test-effectiveness',
    output: 'effectiveness-result',
    progress: 'Reckoning…',
    run: () => ask('/test/effectiveness'),
    show: showEffectiveness,
  });
}

function showLogic({ total_tests, passed, failed, results }: LogicReport): Outcome {
  const rows = results.map((result) => [
    element('code', {}, result.ip),
    score(result.score),
    TIER_NAMES[result.expected],
    TIER_NAMES[result.actual],
    element('b', { class: 'mark-word', 'data-good': String(result.passed) }, result.passed ? 'Pass' : 'Fail'),
  ]);
  return [
    verdict(failed === 0, failed === 0 ? 'Passed' : 'Failed', `${passed} of ${total_tests} evaluations as expected.`),
    table('Evaluations', ['Address', 'Score', 'Expected', 'Actual', 'Result'], 'Result', rows),
  ];
}

function showConnection(report: ConnectionReport): Outcome {
  const { success, message, binding_type, threats_received, sample_threats } = report;
  const rows = sample_threats.map(({ ip, score: value, sources }) => [
    element('code', {}, ip),
    score(value),
    sources.join(', '),
  ]);
  return [
    verdict(success, success ? 'Connected' : 'Failed', message),
    element('p', { class: 'hint' }, `${binding_type}, ${count.format(threats_received)} threats received.`),
    ...(rows.length === 0 ? [] : [table('Sample', ['Address', 'Score', 'Sources'], 'Score', rows)]),
  ];
}

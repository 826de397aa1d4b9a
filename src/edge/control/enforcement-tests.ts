import { actorProblem, answerResponse, jsonResponse } from './json-response.ts';
import { describeEffectiveness } from './effectiveness.ts';
import { operation } from './operation.ts';

const info = operation({
  method: 'get',
  path: '/info',
  id: 'info',
  summary: 'That the service is there; asks no actor and tells nothing of the inside',
  tag: 'enforcement',
  access: 'public',
  responses: { 200: { description: 'It is' } },
  handle: () =>
    jsonResponse({
      service: 'enforcement-engine',
      status: 'operational',
      timestamp: new Date(Date.now()).toISOString(),
    }),
});

const testResponseLogic = operation({
  method: 'get',
  path: '/test/response-logic',
  id: 'testResponseLogic',
  summary: 'Seven evaluations of the graduated response with the thresholds in force, one of an allow-listed address',
  tag: 'enforcement',
  access: 'operator',
  responses: { 200: { description: 'What was expected and what came' } },
  async handle({ actors, requestId }) {
    return answerResponse(await actors.testLogic(), requestId, (results) => {
      const passed = results.filter((result) => result.passed).length;
      return { total_tests: results.length, passed, failed: results.length - passed, results };
    });
  },
});

const testConnection = operation({
  method: 'get',
  path: '/test/connection',
  id: 'testConnection',
  summary: 'Asks the Intelligence Collector for threats over the service binding',
  tag: 'enforcement',
  access: 'operator',
  responses: { 200: { description: 'It answered' }, 502: { description: 'It did not: `message` says why' } },
  async handle({ actors, requestId }) {
    const answer = await actors.testConnection();
    if (!answer.ok) return actorProblem(answer, requestId);
    const { success, message, received, sample } = answer.value;
    const body = {
      success,
      message,
      binding_type: 'Workers Service Binding',
      threats_received: received,
      sample_threats: sample.map(({ range, score, sources }) => ({ ip: range, score, sources })),
      timestamp: new Date(Date.now()).toISOString(),
    };
    return jsonResponse(body, success ? 200 : 502);
  },
});

const testEffectiveness = operation({
  method: 'get',
  path: '/test/effectiveness',
  id: 'testEffectiveness',
  summary:
    'Counts by tier at the edge and in each list, a performance score with its formula, and what each layer stopped in 24 h',
  tag: 'enforcement',
  access: 'operator',
  responses: { 200: { description: 'The figures' } },
  async handle({ actors, requestId }) {
    const [status, stats] = await Promise.all([actors.enforcementStatus(), actors.stats()]);
    return answerResponse(status, requestId, (value) =>
      describeEffectiveness(value, stats.ok ? stats.value : null, Date.now()),
    );
  },
});

export const enforcementTests = [info, testResponseLogic, testConnection, testEffectiveness];

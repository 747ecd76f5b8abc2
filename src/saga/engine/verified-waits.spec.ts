import { toyDefinition, toyMessage, type ToyOptions, type ToyStep } from '../testing/index.js';
import {
  goesOn,
  ignore,
  keep,
  parks,
  turnsBack,
  verifyDefinition,
  type EventAnswer,
  type SagaDefinition,
} from '../definition/index.js';

const wait: ToyStep = { name: 'w', kind: 'wait' };
const timer: ToyStep = { name: 't', kind: 'timer' };
const first: ToyStep = { name: 'a', undo: false };
const came = toyMessage('came-w');

/** The definition with its wait changed past the builder. */
function changed(step: ToyStep, change: Partial<NonNullable<SagaDefinition['steps'][0]['wait']>>) {
  const definition = toyDefinition([step]);
  const [only] = definition.steps;
  return { ...definition, steps: [{ ...only!, wait: { ...only!.wait!, ...change } }] };
}

const one = (name: string, event = toyMessage(name)) => ({ name, event, then: 'go-on' as const });

const hearing = (
  answers: Readonly<Record<string, EventAnswer>>,
  { steps = [first, wait], ...options }: ToyOptions & { steps?: readonly ToyStep[] } = {},
) =>
  toyDefinition(steps, {
    ...options,
    events: [{ event: came, answers, otherwise: ignore('a toy') }],
  });

describe('the verifier of waits and events', () => {
  it('finds nothing in waits and timers on both sides of the pivot', () => {
    const definition = toyDefinition([
      wait,
      timer,
      { name: 'p', phase: 'pivot' },
      { name: 'after', kind: 'wait', phase: 'retriable', overdue: parks('LATE', 'Late.') },
      { name: 'then', kind: 'timer', phase: 'retriable', until: () => '2026-01-01T00:00:00.000Z' },
    ]);
    expect(verifyDefinition(definition)).toEqual([]);
  });

  it.each<[code: string, path: string, definition: SagaDefinition]>([
    ['SAGA.NO_OUTCOME', 'toy v1 › w', changed(wait, { cases: [] })],
    ['SAGA.CONTRADICTION', 'toy v1 › t', changed(timer, { overdue: turnsBack('LATE', 'Late.') })],
    ['SAGA.BAD_POLICY', 'toy v1 › w', changed(wait, { lasts: { ms: 0 } })],
    ['SAGA.BAD_POLICY', 'toy v1 › w', changed(wait, { lasts: { ms: Infinity } })],
    ['SAGA.AMBIGUOUS_CASE', 'toy v1 › w', changed(wait, { cases: [one('x', came), one('y', came)] })],
    ['SAGA.AMBIGUOUS_CASE', 'toy v1 › w', changed(wait, { cases: [one('x', came), one('x')] })],
    ['SAGA.AMBIGUOUS_CASE', 'toy v1 › w', changed(wait, { cases: [one('overdue')] })],
    [
      'SAGA.MAY_GIVE_UP',
      'toy v1 › w',
      toyDefinition([{ ...wait, phase: 'retriable', overdue: turnsBack('LATE', 'Late.') }]),
    ],
    [
      'SAGA.NOT_STORED',
      'toy v1 › t › until',
      toyDefinition([{ ...timer, until: ({ results }) => results.a }, first]),
    ],
    ['SAGA.ANSWER_AT_WAIT', 'toy v1 › came-w › w', hearing({ w: ignore('a toy') })],
    ['SAGA.KEPT_FOR_NOTHING', 'toy v1 › came-w › turned-back', hearing({ 'turned-back': keep(1) })],
    ['SAGA.KEPT_FOR_NOTHING', 'toy v1 › came-w › a', hearing({ a: keep(1) }, { steps: [wait, first] })],
    ['SAGA.PARKED_AT_END', 'toy v1 › came-w › ended', hearing({ ended: parks('LATE', 'Late.') })],
    ['SAGA.BAD_POLICY', 'toy v1 › came-w › a', hearing({ a: keep(0) })],
    ['SAGA.UNKNOWN_NAME', 'toy v1 › came-w', hearing({ z: ignore('a toy') })],
    ['SAGA.RESERVED_NAME', 'toy v1 › ended', toyDefinition([{ name: 'ended' }])],
    [
      'SAGA.TWO_ANSWERS',
      'toy v1 › came-w',
      toyDefinition([wait], {
        events: [came, came].map((event) => ({ event, answers: {}, otherwise: ignore('a toy') })),
      }),
    ],
  ])('finds %s at %s, and nothing else', (code, path, definition) => {
    const findings = verifyDefinition(definition).map((finding) => `${finding.code} at ${finding.path}`);
    expect([...new Set(findings)]).toEqual([`${code} at ${path}`]);
  });

  it('demands an answer for each event at each place, unless the definition has one for all', () => {
    const asked = (options: ToyOptions) =>
      verifyDefinition(
        toyDefinition([first, { ...wait, phase: 'retriable', overdue: goesOn() }], options),
      ).map(({ code, path }) => `${code} at ${path}`);

    expect(asked({ unexpected: null })).toEqual([
      'SAGA.EVENT_WITHOUT_ANSWER at toy v1 › came-w › a',
      'SAGA.EVENT_WITHOUT_ANSWER at toy v1 › came-w › turned-back',
      'SAGA.EVENT_WITHOUT_ANSWER at toy v1 › came-w › ended',
    ]);
    const answers = { a: keep(1), 'turned-back': parks('GONE', 'Gone.') };
    const events = [{ event: came, answers, otherwise: null }];
    expect(asked({ unexpected: null, events })).toEqual([
      'SAGA.EVENT_WITHOUT_ANSWER at toy v1 › came-w › ended',
    ]);
    expect(asked({ unexpected: ignore('a toy'), events })).toEqual([]);
  });
});

import { Metrics } from '../../platform/observability/metrics/metrics.js';
import { DefinitionRegistry } from '../definition/index.js';
import { fold } from '../engine/evolve.js';
import type { SagaObserver, SagaObservers } from '../engine/saga-observers.js';
import {
  hangs,
  isUnavailable,
  losesItsAnswer,
  findsNoTrace,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyStep,
} from '../testing/index.js';
import { SagaMetrics } from './saga-metrics.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };

/** The lines of `/metrics` that are about sagas and not zero, after a saga has run, entry by entry a commit each. */
async function shown(saga: Rehearsal, steps: readonly ToyStep[]) {
  const metrics = new Metrics();
  const registered: SagaObserver[] = [];
  const observers = { register: (one: SagaObserver) => registered.push(one) } as unknown as SagaObservers;
  new SagaMetrics(metrics, observers, new DefinitionRegistry([toyDefinition(steps)])).onModuleInit();
  const { journal } = saga;
  journal.forEach((entry, index) => {
    const before = index === 0 ? null : fold(journal.slice(0, index));
    const state = fold(journal.slice(0, index + 1));
    registered[0]!.committed!([{ before, entries: [entry], state }], Date.parse(entry.at) + 1);
  });
  const lines = (await metrics.page()).split('\n').filter((line) => /^saga_.* (?!0$)/.test(line));
  return lines
    .filter((line) => !/_bucket|_sum/.test(line))
    .map((line) => line.replaceAll('version="1",', ''));
}

const rehearse = (...steps: ToyStep[]) =>
  new Rehearsal(
    toyDefinition(steps),
    { order: 1 },
    { startAt: new Date(start).toISOString() },
  ).otherwiseSucceeding();

describe('the metrics of sagas', () => {
  it('count a saga that goes through, and how long each step took', async () => {
    expect(await shown(rehearse(local).finish(), [local])).toEqual([
      'saga_started_total{definition="toy",version="1"} 1',
      'saga_duration_seconds_count{definition="toy",outcome="completed"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="local",role="action",outcome="succeeded"} 1',
    ]);
  });

  it('count what is undone, and why', async () => {
    const saga = rehearse(local, external).when('external', rejects('NO')).finish();
    expect(await shown(saga, [local, external])).toEqual([
      'saga_started_total{definition="toy",version="1"} 1',
      'saga_duration_seconds_count{definition="toy",outcome="compensated"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="local",role="action",outcome="succeeded"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="external",role="action",outcome="rejected"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="undoing",role="closing",outcome="succeeded"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="local",role="compensation",outcome="succeeded"} 1',
      'saga_step_duration_seconds_count{definition="toy",step="undone",role="closing",outcome="succeeded"} 1',
      'saga_rejections_total{definition="toy",step="external",code="NO"} 1',
      'saga_compensations_total{definition="toy",step="local"} 1',
      'saga_turned_back_total{definition="toy",cause="rejected"} 1',
    ]);
  });

  it('count retries by their reason, and what parks', async () => {
    const step: ToyStep = { ...external, retry: { maxAttempts: 2 } };
    const saga = rehearse(step).whenever('external', isUnavailable('BUSY')).finish();
    expect((await shown(saga, [step])).filter((line) => /retries|parked/.test(line))).toEqual([
      'saga_retries_total{definition="toy",step="external",role="action",reason="attempt-failed"} 1',
      'saga_parked_total{definition="toy",step="external",role="action"} 1',
    ]);
    const unknown = rehearse(external)
      .when('external', losesItsAnswer(), succeeds())
      .when('ask external', findsNoTrace())
      .finish();
    expect((await shown(unknown, [external])).filter((line) => line.includes('retries'))).toEqual([
      'saga_retries_total{definition="toy",step="external",role="action",reason="outcome-unknown"} 1',
      'saga_retries_total{definition="toy",step="external",role="action",reason="resolved-absent"} 1',
    ]);
  });

  it('know a reaction by its event, never by its id', async () => {
    const event = { id: 'the-only-one', event: 'toy.told.v1', data: {} };
    const about = { role: 'reaction', name: event.id } as const;
    const saga = rehearse(external).when('external', hangs()).run();
    const at = saga.journal.at(-1)!.at;
    const journal = [
      ...saga.journal,
      { at, kind: 'event-heard', ...event, place: 'external' } as const,
      {
        at,
        kind: 'intended',
        unit: about,
        command: 'toy.react.v1',
        input: {},
        reference: 'r',
        undo: null,
      } as const,
      {
        at,
        kind: 'succeeded',
        unit: about,
        event: 'x',
        result: {},
        undo: null,
        pivot: false,
        by: null,
      } as const,
    ];
    const lines = await shown({ journal } as unknown as Rehearsal, [external]);
    expect(lines).toContain(
      'saga_step_duration_seconds_count{definition="toy",step="toy.told.v1",role="reaction",outcome="succeeded"} 1',
    );
    expect(lines.join()).not.toContain('the-only-one');
  });

  it('are there from the start, at zero, where an alert looks for a rise', async () => {
    const metrics = new Metrics();
    const observers = { register: () => undefined } as unknown as SagaObservers;
    const definitions = new DefinitionRegistry([toyDefinition([local])]);
    new SagaMetrics(metrics, observers, definitions).onModuleInit();
    const page = await metrics.page();
    expect(page).toContain(
      'saga_parked_total{definition="toy",version="1",step="local",role="compensation"} 0',
    );
    expect(page).toContain('saga_turned_back_total{definition="toy",version="1",cause="rejected"} 0');
  });
});

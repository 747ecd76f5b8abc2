import type { OpenSpan, SpanEnd, SpanStart } from '../../platform/observability/trace/span.js';
import { recordSpansWith } from '../../platform/observability/trace/span.js';
import { DatabaseClock } from '../engine/database-clock.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import type { OwnedSaga } from '../engine/owned-saga.js';
import type { SagaCommit, SagaObservers } from '../engine/saga-observers.js';
import {
  isUnavailable,
  losesItsAnswer,
  findsNoTrace,
  rejects,
  Rehearsal,
  succeeds,
} from '../testing/index.js';
import { toyDefinition, type ToyStep } from '../testing/index.js';
import { SagaTraces } from './saga-traces.js';
import { SpanAttributes } from './span-attributes.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };

const rehearse = (...steps: ToyStep[]) =>
  new Rehearsal(
    toyDefinition(steps),
    { order: 1 },
    { startAt: new Date(start).toISOString() },
  ).otherwiseSucceeding();

/** A journal of a saga that began in a request. */
const inTrace = (journal: readonly Entry[]) =>
  journal.map((entry) => (entry.kind === 'started' ? { ...entry, traceparent } : entry));

const commitsOf = (journal: readonly Entry[]): SagaCommit[] =>
  journal.map((entry, index) => ({
    before: index === 0 ? null : fold(journal.slice(0, index)),
    entries: [entry],
    state: fold(journal.slice(0, index + 1)),
  }));

describe('the spans of a saga', () => {
  let ended: (SpanStart & { how: SpanEnd })[];
  beforeEach(() => {
    ended = [];
    recordSpansWith({
      start: (span): OpenSpan => ({
        trace: { traceId: 't', traceparent: 'of the span' },
        end: (how) => void ended.push({ ...span, how }),
      }),
    });
  });
  afterEach(() => recordSpansWith(null));

  const about = { toy: ({ correlationId }: { correlationId: string }) => ({ 'toy.id': correlationId }) };
  const traces = () => new SagaTraces({} as SagaObservers, new DatabaseClock(), new SpanAttributes(about));
  const tell = (journal: readonly Entry[]) => {
    for (const commit of commitsOf(journal)) {
      traces().committed([commit], Date.parse(commit.entries[0]!.at) + 1);
    }
  };
  const told = () =>
    ended.map(({ name, attributes, how }) => {
      const { 'saga.outcome': outcome, 'saga.code': code } = { ...attributes, ...how.attributes };
      return [name, outcome, code].filter(Boolean).join(' ');
    });

  it('are one for each attempt, with what became of it, and one for the whole', () => {
    const step: ToyStep = { ...external, retry: { maxAttempts: 3 } };
    const saga = rehearse(local, step).when('external', isUnavailable('BUSY'), rejects('NO')).finish();
    tell(inTrace(saga.journal));
    expect(told()).toEqual([
      'local succeeded',
      'external attempt-failed BUSY',
      'external rejected NO',
      'undoing closing succeeded',
      'local compensation succeeded',
      'undone closing succeeded',
      'toy compensated NO',
    ]);
    const numbers = ended.slice(0, 3).map(({ attributes }) => attributes['saga.attempt']);
    expect(numbers).toEqual([1, 1, 2]);
  });

  it('are all children of the request, with the saga and what it is about', () => {
    const saga = rehearse(local).finish();
    tell(inTrace(saga.journal));
    const { id, correlationId } = saga.state;
    for (const span of ended) {
      expect(span).toMatchObject({
        parent: traceparent,
        attributes: {
          'toy.id': correlationId,
          'saga.id': id,
          'saga.definition': 'toy',
          'saga.version': 1,
        },
      });
    }
    expect(ended[0]!.attributes).toMatchObject({
      'saga.step': 'local',
      'saga.role': 'action',
      'saga.attempt': 1,
    });
    expect(ended.at(-1)).toMatchObject({ name: 'toy', at: start });
  });

  it('tell a failure from a no of the business', () => {
    const step: ToyStep = { ...external, retry: { maxAttempts: 2 } };
    tell(inTrace(rehearse(step).when('external', isUnavailable('BUSY'), rejects('NO')).finish().journal));
    expect(ended.slice(0, 2).map(({ how: { failed } }) => failed)).toEqual(['BUSY', undefined]);
    expect(ended[0]!.how.attributes).toHaveProperty(['saga.next_attempt_at']);
  });

  it('show an answer that was lost, and what the other side said of it', () => {
    const saga = rehearse(external)
      .when('external', losesItsAnswer(), succeeds())
      .when('ask external', findsNoTrace())
      .finish();
    tell(inTrace(saga.journal));
    expect(told().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'external outcome-unknown',
      'external resolved-absent',
      'external succeeded',
      'toy completed',
    ]);
  });

  it('are none for a saga that began in no trace', () => {
    tell(rehearse(local).finish().journal);
    expect(ended).toEqual([]);
  });

  describe('that calls the outside', () => {
    const unit = { role: 'action', name: 'external' } as const;
    const journal = inTrace(rehearse(external).finish().journal);
    const index = journal.findIndex(({ kind }) => kind === 'succeeded');
    const saga = { state: fold(journal.slice(0, index)) } as OwnedSaga;
    const commit = commitsOf(journal)[index]!;

    it('last from the call to the commit of what became of it', () => {
      const attempt = traces().begin(saga, unit, false)!;
      expect(attempt.span.trace.traceparent).toBe('of the span');
      traces().committed([{ ...commit, attempt }], start + 9);
      expect(ended).toHaveLength(1);
      expect(ended[0]).toMatchObject({
        ...{ name: 'external', kind: 'client', parent: traceparent },
        attributes: { 'saga.step': 'external', 'saga.attempt': 1 },
        how: { at: start + 9, attributes: { 'saga.outcome': 'succeeded' } },
      });
    });

    it('say so when it only asks', () => {
      traces().begin(saga, unit, true)!.span.end({});
      expect(ended[0]!.name).toBe('external resolve');
    });

    it('say so when somebody else has settled it meanwhile', () => {
      const attempt = traces().begin(saga, unit, false)!;
      traces().committed([{ ...commit, entries: [], attempt }], start + 9);
      expect(told()).toEqual(['external superseded']);
    });

    it('are none for a call that was not made because the other side is out of order', () => {
      const attempt = traces().begin(saga, unit, false)!;
      const error = { name: 'E', code: 'DOWN', message: '', stack: null, chain: [] };
      const at = new Date(start).toISOString();
      const held = { kind: 'held', at, unit, dependency: 'd', error, attempt: null, until: at } as const;
      traces().committed([{ ...commit, entries: [held], attempt }], start + 9);
      expect(ended).toEqual([]);
    });

    it('do not hold it up when what it is about cannot be told', () => {
      const broken = new SpanAttributes({
        toy: () => {
          throw new Error('cannot be told');
        },
      });
      const sut = new SagaTraces({} as SagaObservers, new DatabaseClock(), broken);
      expect(sut.begin(saga, unit, false)).toBeNull();
    });
  });
});

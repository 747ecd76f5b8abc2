import {
  breaks,
  isUnavailable,
  Rehearsal,
  toyDefinition,
  toyMessage,
  type ToyStep,
} from '../testing/index.js';
import type { Entry } from './entries.js';
import { fold } from './evolve.js';

const hour = 3_600_000;
const wait: ToyStep = { name: 'wait', kind: 'wait', deadlineMs: 100 * hour };
const call: ToyStep = { name: 'call', kind: 'external', retry: { maxAttempts: 40 } };

const rehearse = (steps: readonly ToyStep[], rollover = { everyMs: 24 * hour, atEntries: 500 }) =>
  new Rehearsal(toyDefinition(steps, { rollover }), { key: 'k' }).otherwiseSucceeding().run();
const continued = (saga: Rehearsal) =>
  saga.journal.flatMap((entry) => (entry.kind === 'continued' ? [entry] : []));
const person = { by: 'sue', reason: 'a look' };

describe('A journal', () => {
  it('continues in a new segment when its segment is old, though nothing has happened', () => {
    const saga = rehearse([wait]).advance(73 * hour);
    expect(continued(saga).map(({ at, segment, why }) => ({ at, segment, why }))).toEqual([
      { at: '2026-01-02T00:00:00.000Z', segment: 2, why: 'age' },
      { at: '2026-01-03T00:00:00.000Z', segment: 3, why: 'age' },
      { at: '2026-01-04T00:00:00.000Z', segment: 4, why: 'age' },
    ]);
    expect(saga.segments).toBe(4);
    expect(saga.advance(30 * hour).row.status).toBe('compensated');
  });

  it('continues in a new segment when its segment is long, in whichever commit that is', () => {
    const saga = new Rehearsal(toyDefinition([call], { rollover: { everyMs: 24 * hour, atEntries: 4 } }), {});
    saga.when('call', ...Array.from({ length: 9 }, () => isUnavailable('BUSY'))).otherwiseSucceeding();
    saga.finish();
    expect(saga.row.status).toBe('completed');
    expect(continued(saga).map(({ why }) => why)).toEqual(['size', 'size', 'size']);
    expect(saga.timesOf('call')).toHaveLength(10);
  });

  it('is not continued before it is time, nor after the end', () => {
    const saga = rehearse([wait]);
    saga.stimulate({ kind: 'roll-over' });
    expect(continued(saga)).toEqual([]);
    saga.event(toyMessage('came-wait'), {}).run();
    expect(saga.row.status).toBe('completed');
    saga.advance(48 * hour).stimulate({ kind: 'roll-over' });
    expect(continued(saga)).toEqual([]);
  });

  it('continues also while its saga is paused or parked', () => {
    const paused = rehearse([wait])
      .stimulate({ kind: 'pause', ...person })
      .advance(25 * hour);
    expect({ status: paused.row.status, segments: paused.segments }).toEqual({
      status: 'paused',
      segments: 2,
    });

    const parked = new Rehearsal(toyDefinition([{ ...call, retry: { maxAttempts: 1 } }]), {});
    parked
      .when('call', breaks())
      .otherwiseSucceeding()
      .run()
      .advance(8 * 24 * hour);
    expect({ status: parked.row.status, segments: parked.segments }).toEqual({
      status: 'parked',
      segments: 2,
    });
    expect(parked.retry().row.status).toBe('completed');
  });

  it('goes on in its segments under the same numbers, references and ids of events', () => {
    const came = toyMessage('came-wait');
    const first: ToyStep = { ...wait, name: 'first' };
    const saga = rehearse([call, first, wait]).event(toyMessage('came-first'), {}, 'told');
    saga.advance(25 * hour);
    const [{ state }] = continued(saga) as [Extract<Entry, { kind: 'continued' }>];
    const place = saga.journal.findIndex(({ kind }) => kind === 'continued');
    expect(saga.state.segment).toEqual({ number: 2, from: place + 1, at: '2026-01-02T00:00:00.000Z' });
    expect(state.steps[0]!.action!.reference).toBe(saga.calls[0]!.reference);
    saga.event(came, {}, 'told');
    expect(saga.heard.at(-1)).toEqual({ as: 'repeated', reason: null });
    expect(saga.state.length).toBe(saga.journal.length);
  });

  it('carries no stack of an error, and is the same to who reads all of it', () => {
    const saga = rehearse([wait]);
    const journal: Entry[] = [
      ...saga.journal,
      { at: saga.now, kind: 'parked', unit: null, error: stacked() },
      { at: saga.now, kind: 'continued', segment: 2, why: 'age', state: carriedFrom(saga, stacked()) },
    ];
    expect(fold(journal).fault).toMatchObject({ message: 'broken', stack: null });
    expect(fold(journal.slice(-1)).fault).toMatchObject({ message: 'broken' });
  });

  it('begins with the saga or with a segment, and with nothing else', () => {
    const { journal } = rehearse([wait]);
    expect(() => fold(journal.slice(1))).toThrow('begins with "started"');
    expect(() => fold([])).toThrow('begins with "started"');
  });
});

const stacked = () => ({ name: 'Error', code: null, message: 'broken', stack: 'at line 1', chain: [] });

function carriedFrom(saga: Rehearsal, fault: ReturnType<typeof stacked>) {
  return { ...saga.state, fault, length: saga.state.length + 1 };
}

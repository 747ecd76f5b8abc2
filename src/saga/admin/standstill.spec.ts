import type { Entry, EntryBody } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import type { StoredError, UnitRef } from '../engine/state.js';
import { standstillOf, type Standing, type StandingBreaker } from './standstill.js';
import type { Standstill } from './standstill.dto.js';

const id = '019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f';
const time = (second: number) => new Date(Date.UTC(2026, 6, 15, 9, 30, second));
const at = (second: number) => time(second).toISOString();

const down: StoredError = { name: 'E', code: 'TOY.DOWN', message: 'Down.', stack: null, chain: [] };
const take: UnitRef = { role: 'action', name: 'take' };
const intended: EntryBody = {
  ...{ kind: 'intended', unit: take, command: 'toy.take.v1', input: {}, reference: id, undo: null },
};
const failed = (retryAt: string | null): EntryBody => ({
  ...{ kind: 'attempt-failed', unit: take, attempt: 1, error: down, retryAt },
});
const held: EntryBody = {
  ...{ kind: 'held', unit: take, dependency: 'carrier', error: down, attempt: 1, until: at(50) },
};
const parked: EntryBody = { kind: 'parked', unit: take, error: down };
const wait: EntryBody = { kind: 'waiting', step: 'review', until: at(50), for: ['toy.yes.v1', 'toy.no.v1'] };
const breaker = (changes: Partial<StandingBreaker> = {}): StandingBreaker => ({
  ...{ name: 'carrier', state: 'open', since: at(5), code: 'TOY.DOWN', probeAt: at(15) },
  ...{ heldBy: null, reason: null },
  ...changes,
});

const mine = { owner: 'host:1', ownedUntil: time(40) };
const failing = { failedStep: 'take', errorCode: 'TOY.DOWN', attentionSince: time(2) };
const resting = { owner: null, wakeAt: time(50) };

/** How it stands 30 s after it began, one entry a second. Nobody here knows the definition: an attempt takes a minute. */
function standstill(entries: readonly EntryBody[], row: Partial<Standing> = {}): Standstill | null {
  const started: EntryBody = {
    ...{
      kind: 'started',
      id,
      definition: 'toy',
      version: 1,
      correlationId: 'c',
      input: {},
      deadlineAt: null,
    },
  };
  const journal = [started, ...entries].map((entry, second): Entry => ({ at: at(second), ...entry }));
  return standstillOf(null, fold(journal), journal, {
    ...{ definition: 'toy', version: 1, failedStep: null, errorCode: null, attentionSince: null },
    ...{ wakeAt: null, updatedAt: time(entries.length), owner: null, ownedUntil: null },
    ...{ workers: 2, serving: 2, breaker: null, now: time(30) },
    ...row,
  });
}

describe('The standstill of a saga', () => {
  it.each<[string, readonly EntryBody[], Partial<Standing>]>([
    ['is under way at a worker that lives', [intended], mine],
    ['backed off, and is under way again', [intended, failed(at(20))], { ...mine, ...failing }],
    ['is due, and will be taken in a moment', [intended], { wakeAt: time(28) }],
    ['has ended', [{ kind: 'completed' }], {}],
  ])('is none when it %s', (_, entries, row) => {
    expect(standstill(entries, row)).toBeNull();
  });

  it.each<[string, readonly EntryBody[], Partial<Standing>, Standstill]>([
    [
      'an operator has paused it, whatever else there is',
      [intended, parked, { kind: 'paused', by: 'ann', reason: 'Fraud?' }],
      failing,
      {
        ...{ kind: 'paused', since: at(3), until: null, code: null },
        reason: `Paused by ann since ${at(3)}: Fraud?`,
      },
    ],
    [
      'it is parked, since when and with which code',
      [intended, failed(null), parked],
      failing,
      {
        ...{ kind: 'parked', since: at(3), until: null, code: 'TOY.DOWN' },
        reason: `Parked since ${at(3)} at take with TOY.DOWN; a person goes on.`,
      },
    ],
    [
      'the breaker of whom it calls is open',
      [intended, held],
      { ...resting, ...failing, breaker: breaker() },
      {
        ...{ kind: 'held', since: at(2), until: at(15), code: 'TOY.DOWN' },
        reason: `Held at take: the breaker of carrier is open since ${at(5)} with TOY.DOWN; the next probe is at ${at(15)}.`,
      },
    ],
    [
      'a probe finds out whether whom it calls is back',
      [intended, held],
      { ...resting, ...failing, breaker: breaker({ state: 'half-open' }) },
      {
        ...{ kind: 'held', since: at(2), until: at(50), code: 'TOY.DOWN' },
        reason: `Held at take: the breaker of carrier is open since ${at(5)} with TOY.DOWN; a probe is under way.`,
      },
    ],
    [
      'an operator holds whom it calls',
      [intended, held],
      {
        ...{ ...resting, ...failing },
        breaker: breaker({ state: 'held', code: 'SAGA.DEPENDENCY_HELD', heldBy: 'bob', reason: 'A move.' }),
      },
      {
        ...{ kind: 'held', since: at(2), until: at(50), code: 'SAGA.DEPENDENCY_HELD' },
        reason: `Held at take: bob holds carrier since ${at(5)}: A move.`,
      },
    ],
    [
      'whom it calls is back, and others are let go before it',
      [intended, held],
      {
        ...resting,
        ...failing,
        breaker: breaker({ state: 'closed', since: null, code: null, probeAt: null }),
      },
      {
        ...{ kind: 'held', since: at(2), until: at(50), code: 'TOY.DOWN' },
        reason: 'Held at take: carrier is back, and what was held is let go in turn.',
      },
    ],
    [
      'it backs off, until when and after which error',
      [intended, failed(at(50))],
      { ...resting, ...failing },
      {
        ...{ kind: 'backing-off', since: at(2), until: at(50), code: 'TOY.DOWN' },
        reason: `Backs off at take until ${at(50)} after TOY.DOWN, attempt 1.`,
      },
    ],
    [
      'it waits for an event, which one and until when',
      [wait],
      resting,
      {
        ...{ kind: 'waiting', since: at(1), until: at(50), code: null },
        reason: `Waits at review for toy.yes.v1 or toy.no.v1 until ${at(50)}.`,
      },
    ],
    [
      'only time ends what it waits for',
      [{ kind: 'waiting', step: 'rest', until: at(50) }],
      resting,
      {
        ...{ kind: 'waiting', since: at(1), until: at(50), code: null },
        reason: `Waits at rest for its time until ${at(50)}.`,
      },
    ],
    [
      'the other side has yet to confirm it',
      [intended, { kind: 'accepted', unit: take, attempt: 1, until: at(55), askAt: at(50) }],
      resting,
      {
        ...{ kind: 'waiting', since: at(1), until: at(55), code: null },
        reason: `Waits until ${at(55)} for the other side to confirm take.`,
      },
    ],
    [
      'the lease of its owner has run out',
      [intended],
      { owner: 'host:1', ownedUntil: time(20) },
      {
        ...{ kind: 'lease-expired', since: at(20), until: null, code: null },
        reason: 'The lease of its owner host:1 has run out: another worker takes it over.',
      },
    ],
    [
      'its owner is lost, and nobody knows its version',
      [intended],
      { owner: id, ownedUntil: null, serving: 0 },
      {
        ...{ kind: 'lease-expired', since: at(1), until: null, code: null },
        reason: `The lease of its owner ${id} has run out: none of the 2 workers that live serves toy v1.`,
      },
    ],
    [
      'it is due, and no worker lives',
      [intended],
      { wakeAt: time(29), workers: 0, serving: 0 },
      {
        ...{ kind: 'no-worker', since: at(29), until: null, code: null },
        reason: `Due since ${at(29)}: no worker has a live lease.`,
      },
    ],
    [
      'no worker that lives serves its version',
      [intended, failed(at(20))],
      { ...failing, wakeAt: time(20), version: 7, serving: 0 },
      {
        ...{ kind: 'no-worker', since: at(20), until: null, code: 'TOY.DOWN' },
        reason: `Due since ${at(20)}: none of the 2 workers that live serves toy v7.`,
      },
    ],
    [
      'those that serve its version do not take it',
      [intended],
      { wakeAt: time(10) },
      {
        ...{ kind: 'no-worker', since: at(10), until: null, code: null },
        reason: `Due since ${at(10)}: none of the 2 that serve toy v1 takes it; they may be full.`,
      },
    ],
    [
      'somebody took it up and gave it back',
      [intended],
      resting,
      {
        ...{ kind: 'no-worker', since: at(1), until: at(50), code: null },
        reason: `A worker gave it back, perhaps because its build cannot read the journal; tried again at ${at(50)}.`,
      },
    ],
    [
      'its owner lives, and takes longer than an attempt may',
      [intended],
      { ...mine, ownedUntil: time(105), now: time(100) },
      {
        ...{ kind: 'slow', since: at(1), until: null, code: null },
        reason: `host:1 has been at take since ${at(1)}; an attempt may take 60 s.`,
      },
    ],
  ])('is told when %s', (_, entries, row, expected) => {
    expect(standstill(entries, row)).toEqual(expected);
  });

  it('of a saga of which one branch is parked is that of the others', () => {
    const give: UnitRef = { role: 'action', name: 'give' };
    const backsOff: EntryBody = { ...failed(at(50)), unit: give } as EntryBody;
    const entries = [intended, parked, { ...intended, unit: give } as EntryBody, backsOff];
    expect(standstill(entries, { ...resting, ...failing })).toMatchObject({
      kind: 'backing-off',
      reason: `Backs off at give until ${at(50)} after TOY.DOWN, attempt 1.`,
    });
  });
});

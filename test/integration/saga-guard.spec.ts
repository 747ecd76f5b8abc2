import { jest } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { z } from 'zod';
import { defineSaga } from '../../src/saga/definition/index.js';
import type { BreachReport } from '../../src/saga/rollout/breach.response.dto.js';
import type { RolloutReport } from '../../src/saga/rollout/rollout.response.dto.js';
import { eventually } from '../support/eventually.js';
import * as m from '../support/lab/messages.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const input = z.object({ key: z.string() });
const quick = { backoff: { kind: 'fixed', everyMs: 10 }, maxAttempts: 2 } as const;

const first = defineSaga('lab', 1, input)
  .step('hold', (s) =>
    s
      .local()
      .action(m.Hold, ({ input: all }) => all)
      .succeeds(m.Held)
      .rejects(m.HoldRefused)
      .compensation(m.Unhold, ({ input: all }) => all, m.Unheld),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(m.Finish, ({ input: all }) => all)
      .succeeds(m.Finished),
  )
  .build();

/** Has a step more, which the tests break. */
const second = defineSaga('lab', 2, input)
  .retry(quick)
  .step('hold', (s) =>
    s
      .local()
      .action(m.Hold, ({ input: all }) => all)
      .succeeds(m.Held)
      .rejects(m.HoldRefused)
      .compensation(m.Unhold, ({ input: all }) => all, m.Unheld),
  )
  .step('note', (s) =>
    s
      .local()
      .action(m.Note, ({ input: all }) => all)
      .succeeds(m.Noted)
      .rejects(m.NoteRefused)
      .compensation(m.Unnote, ({ input: all }) => all, m.Unnoted),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(m.Finish, ({ input: all }) => all)
      .succeeds(m.Finished),
  )
  .build();

const path = '/v1/admin/saga-definitions/lab/rollout';
const canary = (guard: Record<string, unknown> = {}) => ({
  shares: { 1: 60, 2: 40 },
  guard: {
    ...{ candidate: 2, control: 1, minimumSample: 10, maxExcess: { failure: 0.05, compensation: 0.05 } },
    ...guard,
  },
  reason: 'A canary.',
});

describe('A guard', () => {
  let admin: AdminApp;
  beforeEach(async () => {
    admin = await startAdminApp([first, second]);
  });
  afterEach(() => admin.close());

  const rollOut = async (wish: Record<string, unknown>) => {
    const answer = await admin.http.put<RolloutReport>(path, wish);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const rollout = async () => (await admin.http.get<RolloutReport>(path)).body;
  const startMany = async (count: number, prefix: string, fault: 'reject' | 'throw' | null) => {
    for (let n = 0; n < count; n++) {
      const key = `${prefix} ${n}`;
      if (fault) admin.script.always('lab.note.v1', key, fault);
      await admin.start(key);
    }
  };
  const breached = () =>
    eventually(
      async () => {
        const now = await rollout();
        expect(now.breach).not.toBeNull();
        return now;
      },
      { within: 20_000 },
    );
  const movingSagas = async () => {
    const [row] = await admin.dataSource.query<{ moving: number; last: Date }[]>(
      `SELECT count(*) FILTER (WHERE status IN ('running', 'compensating'))::int AS moving, max(updated_at) AS last
         FROM saga.instance`,
    );
    return row!;
  };
  /** How often it has looked since. */
  const countLooks = () => {
    let looks = 0;
    const query = jest.spyOn(UnitOfWork.prototype, 'query');
    const { mock } = query;
    return {
      read: () => (looks = mock.calls.filter(([{ name }]) => name === 'saga.observe-versions').length),
      stop: () => (query.mockRestore(), looks),
    };
  };

  it('takes a bad candidate back by itself, within five seconds of the saga that decides', async () => {
    const { revision } = await rollOut(canary());
    await startMany(60, 'bad', 'reject');
    const { last } = await eventually(async () => {
      const row = await movingSagas();
      expect(row.moving).toBe(0);
      return row;
    });
    const after = await breached();
    expect(after).toMatchObject({
      revision: revision + 1,
      shares: { 1: 100, 2: 0 },
      guard: null,
      changedBy: 'guard',
      breach: { metric: 'compensation', share: 40, guard: { candidate: 2, control: 1 } },
    });
    expect(Date.parse(after.breach!.at) - last.getTime()).toBeLessThan(5_000);
    const { candidate, control } = after.breach!.counts;
    expect(candidate.compensation).toBeGreaterThanOrEqual(10);
    expect(control).toMatchObject({ failure: 0, compensation: 0 });

    const id = await admin.start('after');
    expect((await admin.until(id, 'completed')).version).toBe(1);
    const log = await admin.http.get<{ items: Record<string, unknown>[] }>('/v1/admin/audit?actor=guard');
    expect(log.body.items).toMatchObject([
      {
        ...{ actor: 'guard', role: 'guard', action: 'rollout.breach' },
        before: { revision, shares: { 1: 60, 2: 40 } },
        after: { revision: revision + 1, shares: { 1: 100, 2: 0 } },
      },
    ]);
    expect(log.body.items[0]!.reason).toMatch(/^compensation of v2: \d+ of \d+, of v1: 0 of \d+; evidence/);
  }, 60_000);

  it('leaves a good candidate alone, however often it looks', async () => {
    await rollOut(canary({ maxExcess: { failure: 0, compensation: 0, slow: 0.1 }, slowAfterMs: 60_000 }));
    const looks = countLooks();
    await startMany(60, 'good', null);
    await eventually(async () => expect((await movingSagas()).moving).toBe(0));
    const before = looks.read();
    await eventually(() => expect(looks.read()).toBeGreaterThan(before + 2), { within: 20_000 });
    looks.stop();
    expect(await rollout()).toMatchObject({ revision: 1, breach: null, guard: { candidate: 2 } });
  }, 60_000);

  it('counts what got its version by its share since it began, and nothing else', async () => {
    const rules = [{ when: { customer: ['ann'] }, version: 2 }];
    await rollOut({ shares: { 1: 60, 2: 40 }, reason: 'Nobody watches.' });
    await startMany(30, 'before', 'reject');
    await rollOut({ ...canary(), rules });
    for (let n = 0; n < 30; n++) {
      admin.script.always('lab.note.v1', `of ann ${n}`, 'reject');
      await admin.start(`of ann ${n}`, 'lab', { customer: 'ann', headers: {}, flags: [] });
    }
    const looks = countLooks();
    await startMany(30, 'good', null);
    await eventually(async () => expect((await movingSagas()).moving).toBe(0));
    const before = looks.read();
    await eventually(() => expect(looks.read()).toBeGreaterThan(before + 2), { within: 20_000 });
    looks.stop();
    const { breach, guard } = await rollout();
    expect(breach).toBeNull();
    expect(guard?.observed).toMatchObject({ candidate: { compensation: 0 }, control: { compensation: 0 } });
    const { candidate, control } = guard!.observed;
    expect(candidate.started + control.started).toBe(30);
  }, 60_000);

  it('lists what is in flight on a version that it took back, with what can be done now', async () => {
    expect((await admin.http.get<BreachReport>(`${path}/breach`)).body).toMatchObject({
      breach: null,
      items: [],
    });
    await rollOut(canary());
    await startMany(60, 'stuck', 'throw');
    const { breach } = await breached();
    expect(breach).toMatchObject({ metric: 'failure' });

    await eventually(async () => expect((await movingSagas()).moving).toBe(0));
    const { body } = await admin.http.get<BreachReport>(`${path}/breach?limit=5`);
    expect(body).toMatchObject({ breach: { metric: 'failure' }, control: 1 });
    expect(body.items).toHaveLength(5);
    const [saga] = body.items;
    expect(saga).toMatchObject({ status: 'parked', currentStep: 'note' });
    expect(saga!.choices.map(({ choice, applies }) => [choice, applies])).toEqual([
      ['leave', true],
      ['pause', true],
      // It is at a step that the control does not have.
      ['move', false],
      ['compensate', true],
    ]);
    expect(saga!.choices.find(({ choice }) => choice === 'move')!.text).toContain('"note"');
    const rest = await admin.http.get<BreachReport>(`${path}/breach?cursor=${body.nextCursor}`);
    expect(rest.body.items.map(({ id }) => id)).not.toContain(saga!.id);

    // The request that a choice names does it.
    const { request } = saga!.choices.find(({ choice }) => choice === 'compensate')!;
    const done = await admin.http.post(request!.path, request!.body, {
      headers: request!.headers as unknown as Record<string, string>,
    });
    expect(done.status).toBe(200);
    await admin.until(saga!.id, 'compensated');
    const again = await admin.http.get<BreachReport>(`${path}/breach?limit=200`);
    expect(again.body.items.map(({ id }) => id)).not.toContain(saga!.id);
  }, 60_000);
});

import { z } from 'zod';
import { defineSaga, verifyChildren, verifyDefinition } from '../../src/saga/definition/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import {
  CrashKit,
  formatSchedule,
  singleDeaths,
  type CrashScenario,
} from '../../src/saga/testing/crash/index.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

interface Context {
  readonly input: { readonly key: string };
  readonly reference: string;
}
const key = ({ input }: Context) => input;
/** For some keys the child cannot begin. */
const inputOf = ({ input }: Context) => (input.key.startsWith('broken') ? {} : input);
/** The crash kit looks for one saga of a key. */
const ownKey = ({ input, reference }: Context) => `${input.key}/${reference}`;
const byReference = ({ input, reference }: Context) => ({ ...input, reference });
const byAction = ({ input, action }: Context & { action: { reference: string } }) => ({
  ...input,
  reference: action.reference,
});
const input = z.object({ key: z.string() });
const quick = { backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 } as const;

/** Holds and pays; all of it can be undone. */
const preparing = defineSaga('preparing', 1, input)
  .retry(quick)
  .step('hold', (s) =>
    s
      .local()
      .action(m.Hold, key)
      .succeeds(m.Held)
      .rejects(m.HoldRefused)
      .compensation(m.Unhold, key, m.Unheld),
  )
  .step('pay', (s) =>
    s
      .external({ attemptTimeoutMs: 3_000 })
      .action(m.Pay, byReference)
      .succeeds(m.Paid)
      .rejects(m.PayRefused)
      .compensation(m.Refund, byAction, m.Refunded, { attemptTimeoutMs: 1_000 }),
  )
  .build();

/** Goes only forward. */
const finishing = defineSaga('finishing', 1, input)
  .retriable('finish', (s) => s.local().action(m.Finish, key).succeeds(m.Finished))
  .build();

const parent = defineSaga('lab', 1, input)
  .retry(quick)
  .step('prepare', (s) => s.child('preparing', inputOf, { key: ownKey }))
  .step('note', (s) =>
    s
      .local()
      .action(m.Note, ({ input: { key: one }, results }) => ({ key: results.prepare.childId ? one : '' }))
      .succeeds(m.Noted)
      .rejects(m.NoteRefused)
      .compensation(m.Unnote, key, m.Unnoted),
  )
  .pivot('ship', (s) =>
    s
      .external({ attemptTimeoutMs: 1_000 })
      .action(m.Ship, byReference)
      .succeeds(m.Shipped)
      .rejects(m.ShipRefused),
  )
  .retriable('finish', (s) => s.child('finishing', key, { key: ownKey }))
  .build();

const definitions = [parent, preparing, finishing];
const options = { definitions, defaultVersions: { lab: 1, preparing: 1, finishing: 1 } };
const all = ['hold', 'pay', 'note', 'ship', 'finish'];
const undone = ['hold', 'pay', 'note', 'unnote', 'refund', 'unhold'];

async function sagasOf(lab: Lab, one: string): Promise<Record<string, string>> {
  const rows: { definition: string; status: string }[] = await lab.admin.query(
    `SELECT definition, status FROM saga.instance WHERE split_part(correlation_id, '/', 1) = $1`,
    [one],
  );
  return Object.fromEntries(rows.map(({ definition, status }) => [definition, status]));
}

const start = async (sagas: Sagas, unitOfWork: UnitOfWork, one: string) =>
  unitOfWork.run(async () => {
    if ((await sagas.view('lab', [one])).size > 0) return;
    await sagas.start('lab', 1, [{ correlationId: one, input: { key: one } }]);
  });

describe('A step that starts another saga', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab(options);
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const begin = (one: string) => start(worker.sagas, worker.app.get(UnitOfWork), one);
  const until = (one: string, expected: Record<string, string>) =>
    eventually(async () => expect(await sagasOf(lab, one)).toEqual(expected), { within: 10_000 });
  const idOf = async (one: string, definition: string): Promise<string> => {
    const [row]: { id: string }[] = await lab.admin.query(
      `SELECT id FROM saga.instance WHERE split_part(correlation_id, '/', 1) = $1 AND definition = $2`,
      [one, definition],
    );
    return row!.id;
  };

  it('is sound', () => {
    expect(definitions.flatMap((definition) => verifyDefinition(definition))).toEqual([]);
    expect(verifyChildren(definitions)).toEqual([]);
  });

  it('goes on with its results, and ends it when it has ended itself', async () => {
    const gate = lab.script.hold('lab.ship.v1', 'through', 'before its answer');
    await begin('through');
    await gate.arrived;
    // It went through, and may still have to be undone.
    await until('through', { lab: 'running', preparing: 'waiting' });
    gate.release();
    await until('through', { lab: 'completed', preparing: 'completed', finishing: 'completed' });
    expect(await lab.effects('through')).toEqual(all);
  });

  it('has it undone when the saga turns back', async () => {
    lab.script.next('lab.ship.v1', 'refused', 'reject');
    await begin('refused');
    await until('refused', { lab: 'compensated', preparing: 'compensated' });
    expect(await lab.effects('refused')).toEqual(undone);
  });

  it('is refused when it was undone by itself, with its cause', async () => {
    lab.script.next('lab.pay.v1', 'declined', 'reject');
    await begin('declined');
    await until('declined', { lab: 'compensated', preparing: 'compensated' });
    const id = await idOf('declined', 'lab');
    const rows: { entries: { kind: string; cause?: { code: string; step: string } }[] }[] =
      await lab.admin.query(`SELECT entries FROM saga.journal WHERE saga_id = $1 ORDER BY seq`, [id]);
    const turned = rows.flatMap(({ entries }) => entries).find(({ kind }) => kind === 'turned-back');
    expect(turned?.cause).toMatchObject({ step: 'prepare', code: 'LAB.REFUSED' });
  });

  it('has it turned back when the saga is cancelled while it runs', async () => {
    const gate = lab.script.hold('lab.pay.v1', 'cancelled', 'before its answer');
    await begin('cancelled');
    await gate.arrived;
    const person = { by: 'customer', reason: 'no', code: 'LAB.CANCELLED', type: 'cancelled' } as const;
    await worker.requests.apply(await idOf('cancelled', 'lab'), { kind: 'cancel', ...person });
    gate.release();
    await until('cancelled', { lab: 'compensated', preparing: 'compensated' });
    expect(await lab.effects('cancelled')).toEqual(['hold', 'pay', 'refund', 'unhold']);
  });

  it('turns back although the other saga never began', async () => {
    await begin('broken');
    await until('broken', { lab: 'parked' });
    const person = { by: 'customer', reason: 'no', code: 'LAB.CANCELLED', type: 'cancelled' } as const;
    await worker.requests.apply(await idOf('broken', 'lab'), { kind: 'cancel', ...person });
    await until('broken', { lab: 'compensated' });
  });

  it('is parked when the other saga is ended by hand', async () => {
    lab.script.always('lab.pay.v1', 'ended', 'unavailable');
    await begin('ended');
    await until('ended', { lab: 'waiting', preparing: 'parked' });
    const person = { by: 'supervisor', reason: 'enough' };
    await worker.requests.apply(await idOf('ended', 'preparing'), { kind: 'terminate', ...person });
    await until('ended', { lab: 'parked', preparing: 'terminated' });
  });
});

describe('Parent and child whose process dies', () => {
  let lab: Lab;
  let kit: CrashKit;

  const drive: CrashScenario['drive'] = async (app, one) => {
    await start(app.get(Sagas), app.get(UnitOfWork), one);
    return [one];
  };

  beforeAll(async () => {
    lab = await openLab(options);
    const check = (expected: readonly string[], end: string) => async (_: unknown, one: string) => {
      // A child hears of its parent's end by the outbox.
      await eventually(async () =>
        expect(new Set(Object.values(await sagasOf(lab, one)))).toEqual(new Set([end])),
      );
      const effects = await lab.effects(one);
      const asExpected = [...effects].sort().join() === [...expected].sort().join();
      return asExpected ? [] : [`its effects are ${effects.join()}`];
    };
    const through: CrashScenario = {
      name: 'through',
      ends: 'completed',
      drive,
      check: check(all, 'completed'),
    };
    const refused: CrashScenario = {
      name: 'refused',
      ends: 'compensated',
      prepare: async (_app, one) => lab.script.always('lab.ship.v1', one, 'reject'),
      drive,
      check: check(undone, 'compensated'),
    };
    const scenarios = [through, refused];
    kit = new CrashKit({ databaseUrl: lab.url, boot: () => lab.boot({ LEASE_SECONDS: '6' }), scenarios });
  });
  afterAll(async () => {
    await kit.close();
    await lab.close();
  });

  it.each(['through', 'refused'])(
    'end as they would have, wherever that is: %s',
    async (scenario) => {
      const schedules = singleDeaths(scenario, await kit.passages(scenario));
      expect(schedules.length).toBeGreaterThan(10);
      for (const schedule of schedules) {
        const { violations } = await kit.run(schedule);
        expect({ schedule: formatSchedule(schedule), violations }).toEqual({
          schedule: formatSchedule(schedule),
          violations: [],
        });
      }
    },
    120_000,
  );
});

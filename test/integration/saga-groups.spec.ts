import { z } from 'zod';
import { message } from '../../src/platform/messaging/message.js';
import { rejectionEvent } from '../../src/platform/messaging/rejection.js';
import { defineSaga, verifyDefinition } from '../../src/saga/definition/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import {
  CrashKit,
  formatSchedule,
  singleDeaths,
  type CrashScenario,
} from '../../src/saga/testing/crash/index.js';
import { external } from '../support/lab/handlers.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

const call = z.object({ key: z.string(), reference: z.string() });
class Pack extends message('lab.pack.v1', call) {}
class Packed extends message('lab.packed.v1', call) {}
class PackRefused extends rejectionEvent('lab.pack-refused.v1') {}
class Unpack extends message('lab.unpack.v1', call) {}
class Unpacked extends message('lab.unpacked.v1', call) {}

interface Context {
  readonly input: { readonly key: string };
  readonly reference: string;
}
const key = ({ input }: Context) => input;
const byReference = ({ input, reference }: Context) => ({ ...input, reference });
const byAction = ({ input, action }: Context & { action: { reference: string } }) => ({
  ...input,
  reference: action.reference,
});
const quick = { backoff: { kind: 'fixed', everyMs: 30 } } as const;

/** Goods and money side by side; both before the parcel. */
const definition = defineSaga('lab', 1, z.object({ key: z.string() }))
  .retry({ ...quick, maxAttempts: 3 })
  .parallel('prepare', (group) =>
    group
      .branch('goods', (branch) =>
        branch
          .step('hold', (s) =>
            s
              .local()
              .action(m.Hold, key)
              .succeeds(m.Held)
              .rejects(m.HoldRefused)
              .compensation(m.Unhold, key, m.Unheld),
          )
          .step('pack', (s) =>
            s
              .external({ attemptTimeoutMs: 3_000 })
              .action(Pack, byReference)
              .succeeds(Packed)
              .rejects(PackRefused)
              .compensation(Unpack, byAction, Unpacked, { attemptTimeoutMs: 1_000 }),
          ),
      )
      .branch('money', (branch) =>
        branch
          .step('pay', (s) =>
            s
              .external({ attemptTimeoutMs: 3_000 })
              .action(m.Pay, byReference)
              .succeeds(m.Paid)
              .rejects(m.PayRefused)
              .compensation(m.Refund, byAction, m.Refunded, { attemptTimeoutMs: 1_000 }),
          )
          .step('note', (s) =>
            s
              .local()
              .action(m.Note, ({ input, results }) => (results.pay ? input : input))
              .succeeds(m.Noted)
              .rejects(m.NoteRefused)
              .compensation(m.Unnote, key, m.Unnoted),
          ),
      ),
  )
  .pivot('ship', (s) =>
    s
      .external({ attemptTimeoutMs: 1_000 })
      .action(m.Ship, byReference)
      .succeeds(m.Shipped)
      .rejects(m.ShipRefused),
  )
  .retriable('finish', (s) => s.local().action(m.Finish, key).succeeds(m.Finished))
  .build();

const options = {
  definitions: [definition],
  providers: [external(Pack, Packed), external(Unpack, Unpacked)],
};
const all = ['finish', 'hold', 'note', 'pack', 'pay', 'ship'];
const undone = ['hold', 'note', 'pack', 'pay', 'refund', 'unhold', 'unnote', 'unpack'];

describe('Branches of a group', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    expect(verifyDefinition(definition)).toEqual([]);
    lab = await openLab(options);
    worker = await lab.startWorker({ LEASE_SECONDS: '3600' });
  });
  afterAll(() => lab.close());

  const sorted = async (one: string) => (await lab.effects(one)).sort();
  /** Starts a saga of which both calls are under way, and answers their gates. */
  async function bothUnderWay(one: string) {
    const pack = lab.script.hold('lab.pack.v1', one, 'before its answer');
    const pay = lab.script.hold('lab.pay.v1', one, 'before its answer');
    await lab.start(worker, one);
    await Promise.all([pack.arrived, pay.arrived]);
    return { pack, pay };
  }
  const has = (one: string, kind: string) =>
    eventually(async () => expect((await lab.journal(one)).map((entry) => entry.kind)).toContain(kind));

  it('have their calls under way at the same time, and what follows waits for both', async () => {
    const { pack, pay } = await bothUnderWay('together');
    pay.release();
    // The branch goes on by itself, while the other one still calls.
    await eventually(async () => expect(await lab.effects('together')).toEqual(['hold', 'pay', 'note']));
    expect(await lab.rowOf('together')).toMatchObject({ status: 'running', current_step: 'pack' });
    pack.release();
    await lab.until('together', 'completed');
    expect(await sorted('together')).toEqual(all);
    await lab.expectSoundJournals('together');
  });

  it('stop when one fails while the call of the other is under way, whose effect is undone then', async () => {
    lab.script.next('lab.pack.v1', 'one-fails', 'reject');
    const pay = lab.script.hold('lab.pay.v1', 'one-fails', 'before its answer');
    await lab.start(worker, 'one-fails');
    await pay.arrived;
    await has('one-fails', 'cancel-requested');
    expect((await lab.rowOf('one-fails')).status).toBe('running');
    pay.release();
    await lab.until('one-fails', 'compensated');
    expect(await sorted('one-fails')).toEqual(['hold', 'pay', 'refund', 'unhold']);
    const turned = (await lab.journal('one-fails')).find(({ kind }) => kind === 'turned-back');
    expect(turned).toMatchObject({ cause: { type: 'rejected', step: 'pack', code: 'LAB.REFUSED' } });
    await lab.expectSoundJournals('one-fails');
  });

  it('may both fail: the first failure is the cause, and nothing is undone twice', async () => {
    lab.script.next('lab.pack.v1', 'both-fail', 'reject');
    lab.script.next('lab.pay.v1', 'both-fail', 'reject');
    await lab.start(worker, 'both-fail');
    await lab.until('both-fail', 'compensated');
    expect(await sorted('both-fail')).toEqual(['hold', 'unhold']);
    await lab.expectSoundJournals('both-fail');
  });

  it('are undone against their declaration, whichever was faster', async () => {
    lab.script.next('lab.ship.v1', 'order', 'reject');
    const { pack, pay } = await bothUnderWay('order');
    pay.release();
    await eventually(async () => expect(await lab.effects('order')).toContain('note'));
    pack.release();
    await lab.until('order', 'compensated');
    expect((await lab.effects('order')).slice(-4)).toEqual(['unnote', 'refund', 'unpack', 'unhold']);
  });

  it('have what is unknown of one asked for before anything is undone', async () => {
    lab.script.next('lab.pay.v1', 'unknown', 'lose-answer');
    const asked = lab.script.hold('lab.pay.v1', 'unknown', 'before it is told');
    lab.script.next('lab.pack.v1', 'unknown', 'reject');
    await lab.start(worker, 'unknown');
    await asked.arrived;
    await has('unknown', 'cancel-requested');
    expect((await lab.journal('unknown')).map(({ kind }) => kind)).not.toContain('turned-back');
    asked.release();
    await lab.until('unknown', 'compensated');
    expect(await sorted('unknown')).toEqual(['hold', 'pay', 'refund', 'unhold']);
    expect(lab.outside.count('lab.pay.v1', 'unknown')).toBe(1);
  });

  it('are both let end before a cancel takes effect', async () => {
    const { pack, pay } = await bothUnderWay('cancelled');
    const { id } = await lab.rowOf('cancelled');
    const person = { by: 'customer', reason: 'no', code: 'LAB.CANCELLED', type: 'cancelled' } as const;
    await worker.requests.apply(id as string, { kind: 'cancel', ...person });
    pack.release();
    await eventually(async () => expect(await lab.effects('cancelled')).toEqual(['hold', 'pack']));
    expect((await lab.rowOf('cancelled')).status).toBe('running');
    pay.release();
    await lab.until('cancelled', 'compensated');
    expect(await sorted('cancelled')).toEqual(undone.filter((what) => !what.endsWith('note')));
  });

  it('go on when one of them was parked and is retried, and the other is through long since', async () => {
    lab.script.always('lab.pack.v1', 'parked', 'unavailable');
    await lab.start(worker, 'parked');
    const { id } = await lab.until('parked', 'parked');
    expect(await lab.effects('parked')).toEqual(expect.arrayContaining(['hold', 'pay', 'note']));
    lab.script.mend('lab.pack.v1', 'parked');
    await worker.requests.apply(id as string, { kind: 'retry', by: 'operator', reason: 'mended' });
    await lab.until('parked', 'completed');
    expect(await sorted('parked')).toEqual(all);
  });

  it('try again in time although the other one is still calling', async () => {
    lab.script.next('lab.pay.v1', 'retried', 'unavailable');
    const pack = lab.script.hold('lab.pack.v1', 'retried', 'before its answer');
    await lab.start(worker, 'retried');
    await pack.arrived;
    await eventually(async () => expect(await lab.effects('retried')).toEqual(['hold', 'pay', 'note']));
    pack.release();
    await lab.until('retried', 'completed');
  });

  it('lose no answer when the saga is paused while both are under way', async () => {
    const { pack, pay } = await bothUnderWay('paused');
    const { id } = await lab.rowOf('paused');
    await worker.requests.apply(id as string, { kind: 'pause', by: 'operator', reason: 'wait' });
    pack.release();
    await eventually(async () => expect(await lab.effects('paused')).toEqual(['hold', 'pack']));
    pay.release();
    await eventually(async () => expect(await lab.effects('paused')).toEqual(['hold', 'pack', 'pay']));
    expect((await lab.rowOf('paused')).owner).toBeNull();
    await worker.requests.apply(id as string, { kind: 'resume', by: 'operator', reason: 'go' });
    await lab.until('paused', 'completed');
    expect(lab.outside.requests.filter((request) => request.key === 'paused')).toHaveLength(3);
  });

  it('are asked what became of both calls when their worker is lost', async () => {
    const { pack, pay } = await bothUnderWay('lost');
    await lab.expireLease(worker);
    await lab.startWorker({ LEASE_SECONDS: '1' });
    await lab.until('lost', 'completed');
    const commands = lab.outside.requests
      .filter((request) => request.key === 'lost')
      .map(({ command }) => command);
    expect(commands.sort()).toEqual(['lab.pack.v1', 'lab.pay.v1', 'lab.ship.v1']);
    expect(await sorted('lost')).toEqual(all);
    await lab.expectSoundJournals('lost');
    pack.release();
    pay.release();
  });
});

describe('A group whose process dies', () => {
  let lab: Lab;
  let kit: CrashKit;

  const drive: CrashScenario['drive'] = async (app, one) => {
    const sagas = app.get(Sagas);
    await app.get(UnitOfWork).run(async () => {
      if ((await sagas.view('lab', [one])).size > 0) return;
      await sagas.start('lab', 1, [{ correlationId: one, input: { key: one } }]);
    });
    return [one];
  };
  const findings = async (one: string, expected: readonly string[]) => {
    const effects = (await lab.effects(one)).sort();
    const missing = expected.filter((what) => !effects.includes(what));
    const twice = effects.filter((what, index) => effects.indexOf(what) !== index);
    return [...missing.map((what) => `${what} is missing`), ...twice.map((what) => `${what} twice`)];
  };

  beforeAll(async () => {
    lab = await openLab(options);
    const through: CrashScenario = {
      name: 'through',
      ends: 'completed',
      drive,
      check: (_, one) => findings(one, all),
    };
    const refused: CrashScenario = {
      name: 'refused',
      ends: 'compensated',
      prepare: async (_app, one) => lab.script.always('lab.ship.v1', one, 'reject'),
      drive,
      check: (_, one) => findings(one, undone),
    };
    const scenarios = [through, refused];
    kit = new CrashKit({ databaseUrl: lab.url, boot: () => lab.boot({ LEASE_SECONDS: '6' }), scenarios });
  });
  afterAll(async () => {
    await kit.close();
    await lab.close();
  });

  it.each(['through', 'refused'])(
    'ends as it would have, wherever that is: %s',
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

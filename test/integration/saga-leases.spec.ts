import { Runner } from '../../src/saga/engine/runner.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Random } from '../support/random.js';

const everything = ['hold', 'pay', 'note', 'ship', 'finish'];

describe('A lease that is lost while its holder lives', () => {
  let lab: Lab;
  let holder: LabWorker;

  beforeEach(async () => {
    lab = await openLab();
    // So long a lease that the holder does not look at it during the test: it learns of its loss when it writes.
    holder = await lab.startWorker({ LEASE_SECONDS: '3600' });
    // By then it has looked for the sagas of dead workers, and will not look again during the test.
    await lab.start(holder, 'warm-up');
    await lab.until('warm-up', 'completed');
  });
  afterEach(() => lab.close());

  /** Starts a saga whose payment is held, lets the lease run out there, and waits until the other one has it. */
  async function loseDuringPayment(key: string, where: 'before its effect' | 'before its answer') {
    const gate = lab.script.hold('lab.pay.v1', key, where);
    await lab.start(holder, key);
    await gate.arrived;
    await lab.expireLease(holder);
    await lab.startWorker({ LEASE_SECONDS: '1' });
    return gate;
  }

  it('goes over to another worker, which asks what became of the call instead of repeating it', async () => {
    const gate = await loseDuringPayment('answered', 'before its answer');
    await lab.until('answered', 'completed');
    const requests = lab.outside.requests.filter(({ key }) => key === 'answered');
    expect(requests.map(({ command }) => command)).toEqual(['lab.pay.v1', 'lab.ship.v1']);
    const kinds = (await lab.journal('answered')).map(({ kind }) => kind);
    expect(kinds).toContain('lease-lost');
    expect(kinds).toContain('outcome-unknown');
    gate.release();
  });

  it('changes nothing when the former holder comes back with its answer', async () => {
    const gate = await loseDuringPayment('stale', 'before its answer');
    await lab.until('stale', 'completed');
    const [row, journal] = [await lab.rowOf('stale'), await lab.journal('stale')];
    gate.release();
    const runner = holder.app.get(Runner);
    await eventually(() => !runner.has(row.id as string));
    expect(await lab.rowOf('stale')).toEqual(row);
    expect(await lab.journal('stale')).toEqual(journal);
    expect(await lab.effects('stale')).toEqual(everything);
    await lab.expectSoundJournals('stale');
  });

  it('has one effect when the new holder repeats the call and the old request arrives late', async () => {
    const gate = await loseDuringPayment('late', 'before its effect');
    await lab.until('late', 'completed');
    gate.release();
    const requests = () =>
      lab.outside.requests.filter(({ command, key }) => command === 'lab.pay.v1' && key === 'late');
    await eventually(() => requests().length === 2);
    expect(new Set(requests().map(({ reference }) => reference)).size).toBe(1);
    expect(lab.outside.count('lab.pay.v1', 'late')).toBe(1);
    expect(await lab.effects('late')).toEqual(everything);
  });

  it('is not renewed: the holder drops what it had and works on under a new id', async () => {
    const quick = await lab.startWorker({ LEASE_SECONDS: '1' });
    await holder.close();
    const id = lab.workerId(quick);
    await lab.expireLease(quick);
    await eventually(() => lab.workerId(quick) !== id);
    await lab.start(quick, 'afterwards');
    await lab.until('afterwards', 'completed');
  });
});

describe('Two workers', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ settings: { LEASE_SECONDS: '1' } });
  });
  afterAll(() => lab.close());

  it('never carry out the same unit twice, however their leases run out', async () => {
    const random = new Random(11);
    const workers = [await lab.startWorker(), await lab.startWorker()];
    const keys = Array.from({ length: 120 }, (_, i) => `shared-${i}`);
    for (const [index, key] of keys.entries()) {
      if (index % 4 === 0) lab.script.next('lab.pay.v1', key, random.pick(['lose-answer', 'lose-request']));
      if (index % 5 === 0) lab.script.next('lab.ship.v1', key, random.pick(['unavailable', 'reject']));
    }
    const third = keys.length / 3;
    for (let from = 0; from < keys.length; from += third) {
      await lab.start(random.pick(workers), ...keys.slice(from, from + third));
      await lab.expireLease(random.pick(workers));
      // The next portion comes when some of this one is done, under whatever leases there are by then.
      await eventually(async () => {
        const rows = await Promise.all(keys.slice(from, from + third).map((key) => lab.rowOf(key)));
        return rows.some(({ finished_at }) => finished_at !== null);
      });
    }
    for (const key of keys) {
      const { status } = await eventually(async () => {
        const row = await lab.rowOf(key);
        // Bad luck more often than its policy allows is an operator's business; that must not repeat anything either.
        if (row.status === 'parked') {
          const retry = { kind: 'retry', by: 'test', reason: 'bad luck' } as const;
          await workers[0]!.requests.apply(row.id as string, retry);
        }
        expect(['completed', 'compensated']).toContain(row.status);
        return row;
      });
      const undone = [...everything.slice(0, 3), 'unnote', 'refund', 'unhold'];
      // Sorted: what was under way when its lease ran out backs off, and what does not depend on it goes first.
      expect({ key, effects: (await lab.effects(key)).sort() }).toEqual({
        key,
        effects: (status === 'completed' ? [...everything] : undone).sort(),
      });
      expect(lab.outside.count('lab.pay.v1', key)).toBe(1);
      expect(lab.outside.count('lab.ship.v1', key)).toBe(status === 'completed' ? 1 : 0);
    }
    await lab.expectSoundJournals(...keys);
  }, 60_000);
});

describe('A saga that its owner does not know of', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ settings: { LEASE_SECONDS: '1' } });
  });
  afterAll(() => lab.close());

  it('is found by that owner and finished', async () => {
    const api = await lab.startWorker({ ROLE: 'api' });
    const [saga] = await lab.start(api, 'forgotten');
    const session = lab.admin.createQueryRunner();
    await session.startTransaction();
    // Locked, so that it is not claimed before it is given to a worker behind that one's back.
    await session.query('SELECT FROM saga.instance WHERE id = $1 FOR UPDATE', [saga]);
    const worker = await lab.startWorker();
    const owner = lab.workerId(worker);
    await session.query('UPDATE saga.instance SET owner = $2, wake_at = NULL WHERE id = $1', [saga, owner]);
    await session.commitTransaction();
    await session.release();
    await lab.until('forgotten', 'completed');
    expect(lab.workerId(worker)).toBe(owner);
    expect(await lab.effects('forgotten')).toEqual(everything);
  });
});

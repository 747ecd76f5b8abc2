import { Runner } from '../../src/saga/engine/runner.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

describe('A saga that is rung while its wave is on its way', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  /** Holds the saga's row as a request does, until a wave of it waits for the row; then lets `work` happen to it. */
  async function whileItsWaveWaits(saga: string, begin: () => void, work: (sql: Sql) => Promise<void>) {
    const session = lab.admin.createQueryRunner();
    await session.startTransaction();
    await session.query('SELECT FROM saga.instance WHERE id = $1 FOR UPDATE', [saga]);
    begin();
    await eventually(async () => {
      const waiting: unknown[] = await lab.admin.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE OF i%'`,
      );
      return waiting.length > 0;
    });
    await work((text) => session.query(text, [saga]) as Promise<{ epoch: number }[][]>);
    await session.commitTransaction();
    await session.release();
  }
  type Sql = (text: string) => Promise<{ epoch: number }[][]>;

  it('and claimed anew by its own worker, is run again under its new epoch, with the answer that it had', async () => {
    const gate = lab.script.hold('lab.pay.v1', 'rung', 'before its answer');
    const [saga] = await lab.start(worker, 'rung');
    await gate.arrived;
    await whileItsWaveWaits(
      saga!,
      () => gate.release(),
      async (sql) => {
        const [rows] = await sql('UPDATE saga.instance SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch');
        worker.app.get(Runner).renew(saga!, rows![0]!.epoch);
      },
    );
    await lab.until('rung', 'completed');
    // Forgotten, it would have been found again after some seconds, and its payment would have been asked for.
    expect((await lab.journal('rung')).map(({ kind }) => kind)).not.toContain('outcome-unknown');
    expect(await lab.effects('rung')).toEqual(['hold', 'pay', 'note', 'ship', 'finish']);
    await lab.expectSoundJournals('rung');
  });

  it('by a request is folded anew: what the request said counts', async () => {
    const gate = lab.script.hold('lab.pay.v1', 'cancelled', 'before its answer');
    const [saga] = await lab.start(worker, 'cancelled');
    await gate.arrived;
    const cancel = {
      kind: 'cancel',
      by: 'test',
      reason: 'no more',
      code: 'LAB.CANCELLED',
      type: 'cancelled',
    };
    await worker.requests.apply(saga!, cancel as Parameters<typeof worker.requests.apply>[1]);
    gate.release();
    await lab.until('cancelled', 'compensated');
    expect(await lab.effects('cancelled')).toEqual(['hold', 'pay', 'refund', 'unhold']);
    await lab.expectSoundJournals('cancelled');
  });
});

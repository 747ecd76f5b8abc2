import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Runner } from '../../src/saga/engine/runner.js';
import { SagaStore } from '../../src/saga/store/saga-store.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Overheard, patient, patientRequest } from '../support/lab/patient.js';

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
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM saga.live_instance%FOR UPDATE%'`,
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

describe('A saga that is told something between its claim and the look at its journal', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ definitions: [patient] });
  });
  afterAll(() => lab.close());

  it('is taken up all the same, with what it was told', async () => {
    const api = await lab.startWorker({ ROLE: 'api' });
    const worker = await lab.startWorker();
    const store = worker.app.get(SagaStore);
    const claimDue = store.claimDue.bind(store);
    let told = 0;
    store.claimDue = async (...asked) => {
      const claimed = await claimDue(...asked);
      for (const { id } of claimed) {
        if (told++ > 0) continue;
        await api.requests.tell(id, (_, at) =>
          Promise.resolve([
            { kind: 'event', id: 'one', event: Overheard.wireName, data: { key: 'between' }, at },
          ]),
        );
      }
      return claimed;
    };
    const unitOfWork = api.app.get(UnitOfWork);
    await unitOfWork.run(() => api.sagas.start('patient', 1, [patientRequest('between')]));

    await lab.until('between', 'waiting');
    expect(told).toBeGreaterThan(0);
    expect((await lab.journal('between')).map(({ kind }) => kind)).toContain('event-kept');
    await lab.expectSoundJournals('between');
  });
});

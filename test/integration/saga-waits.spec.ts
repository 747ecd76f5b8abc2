import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Runner } from '../../src/saga/engine/runner.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Came, Declined, patient, patientRequest } from '../support/lab/patient.js';

/** As `patient`, but all of it has to be through in a second. */
const pressed = { ...patient, version: 2, deadlineMs: 1_000 };
const days = 24 * 60 * 60_000;
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('A saga that waits', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ definitions: [patient, pressed] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  type Request = ReturnType<typeof patientRequest>;
  const start = (...requests: Request[]) => startVersion(patient.version, ...requests);
  async function startVersion(version: number, ...requests: Request[]): Promise<void> {
    const unitOfWork = worker.app.get(UnitOfWork);
    await unitOfWork.run(() => worker.sagas.start('patient', version, requests));
  }
  const come = (key: string, by = worker) => by.sagas.receive('patient', key, new Came({ key }));

  it('costs a row, and nobody owns it', async () => {
    await start(patientRequest('quick row'));
    const row = await lab.until('quick row', 'waiting');
    expect(row).toMatchObject({ owner: null, current_step: 'decide' });

    expect(await come('quick row')).toEqual({ as: 'applied', reason: null });
    await lab.until('quick row', 'completed');
    expect(await lab.effects('quick row')).toEqual(['hold', 'finish']);
    await lab.expectSoundJournals('quick row');
  });

  it('keeps nothing in memory: no place at its worker, no timer, no transaction', async () => {
    const before = timers();
    const keys = Array.from({ length: 300 }, (_, n) => `quick quarter ${n}`);
    await start(...keys.map((key) => patientRequest(key, { untilMs: 90 * days })));
    await eventually(
      async () => {
        const rows: { count: number }[] = await lab.admin.query(
          `SELECT count(*)::int FROM saga.instance
            WHERE correlation_id LIKE 'quick quarter %' AND status = 'waiting' AND owner IS NULL`,
        );
        expect(rows).toEqual([{ count: keys.length }]);
      },
      { within: 20_000 },
    );

    const { id } = await lab.rowOf('quick quarter 299');
    const runner = worker.app.get(Runner);
    expect(runner.has(id as string)).toBe(false);
    expect(runner.known).toEqual([]);
    // Some come and go with what the worker looks after all the same.
    await eventually(() => expect(timers()).toBeLessThan(before + 20));
    await eventually(async () => {
      const open: unknown[] = await lab.admin.query(
        `SELECT pid, state, query FROM pg_stat_activity
          WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
      );
      expect(open).toEqual([]);
    });
  }, 40_000);

  it('turns back when the whole of it takes longer than its definition allows', async () => {
    await startVersion(pressed.version, patientRequest('quick pressed'));
    await lab.until('quick pressed', 'compensated');
    expect(await lab.effects('quick pressed')).toEqual(['hold', 'unhold']);
    const [turned] = (await lab.journal('quick pressed')).filter(({ kind }) => kind === 'turned-back');
    expect(turned).toMatchObject({ cause: { step: 'decide', type: 'deadline', code: 'SAGA.DEADLINE' } });
    await lab.expectSoundJournals('quick pressed');
  });

  it('turns back when it is told no, and when nobody comes in time', async () => {
    await start(patientRequest('quick no'), patientRequest('quick late', { untilMs: 1_000 }));
    await lab.until('quick no', 'waiting');
    const no = { subject: 'quick no', code: 'LAB.NO', message: 'No.', details: null };
    await worker.sagas.receive('patient', 'quick no', new Declined(no));

    for (const key of ['quick no', 'quick late']) {
      await lab.until(key, 'compensated');
      expect(await lab.effects(key)).toEqual(['hold', 'unhold']);
      await lab.expectSoundJournals(key);
    }
    const [turned] = (await lab.journal('quick late')).filter(({ kind }) => kind === 'turned-back');
    expect(turned).toMatchObject({ cause: { step: 'decide', code: 'LAB.NOBODY' } });
  });

  it('goes on after every worker was replaced in the middle of the wait', async () => {
    await start(patientRequest('quick outlived'), patientRequest('quick timed', { restMs: 3_000 }));
    await lab.until('quick outlived', 'waiting');
    await lab.until('quick timed', 'waiting');
    await come('quick timed');
    // One goes as a process dies that could give nothing back, the other in order.
    await lab.expireLease(worker);
    await worker.close();
    worker = await lab.startWorker();
    await come('quick outlived');

    for (const key of ['quick outlived', 'quick timed']) {
      await lab.until(key, 'completed');
      expect(await lab.effects(key)).toEqual(['hold', 'finish']);
      await lab.expectSoundJournals(key);
    }
    const entries = await lab.journal('quick timed');
    const [rest] = entries.filter((entry) => entry.kind === 'wait-ended' && entry.step === 'rest');
    expect(rest).toMatchObject({ how: 'deadline', case: 'overdue', goesOn: true });
  }, 30_000);

  it('ends as time says when an event came after the deadline, with no worker there to see it pass', async () => {
    await start(patientRequest('quick unseen', { untilMs: 1_000 }));
    await lab.until('quick unseen', 'waiting');
    await worker.close();
    const api = await lab.startWorker({ ROLE: 'api' });
    const { wake_at: until } = await lab.rowOf('quick unseen');
    await eventually(() => Date.now() > (until as Date).getTime() + 50);
    expect((await come('quick unseen', api)).as).toBe('ignored');
    worker = await lab.startWorker();
    await api.close();

    await lab.until('quick unseen', 'compensated');
    expect(await lab.effects('quick unseen')).toEqual(['hold', 'unhold']);
  }, 30_000);

  it('takes the event or the deadline, never both, when they come at the same instant', async () => {
    const other = await lab.startWorker();
    const keys = Array.from({ length: 100 }, (_, n) => `quick race ${n}`);
    const requests = keys.map((key) => patientRequest(key, { untilMs: 4_000 }));
    const at = Math.min(...requests.map(({ input }) => Date.parse(input.until)));
    await start(...requests);
    await lab.until(keys.at(-1)!, 'waiting');
    await eventually(() => Date.now() > at - 40, { within: 20_000, every: 2 });
    const answers = await Promise.all(
      keys.map(async (key, n) => ({ key, ...(await come(key, n % 2 ? worker : other)) })),
    );

    for (const { key, as } of answers) {
      await lab.until(key, as === 'applied' ? 'completed' : 'compensated');
      const ends = (await lab.journal(key)).filter(
        (entry) => entry.kind === 'wait-ended' && entry.step === 'decide',
      );
      expect(ends).toHaveLength(1);
      expect(ends[0]).toMatchObject({ how: as === 'applied' ? 'event' : 'deadline' });
    }
    await lab.expectSoundJournals(...keys);
    await other.close();
  }, 60_000);
});

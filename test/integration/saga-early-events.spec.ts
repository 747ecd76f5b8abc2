import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { EarlyEventPruner } from '../../src/saga/engine/early-event.pruner.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Announced } from '../support/lab/messages.js';
import { Came, Overheard, patient, patientRequest } from '../support/lab/patient.js';

describe('An event that comes early', () => {
  let lab: Lab;
  let worker: LabWorker;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    lab = await openLab({ definitions: [patient] });
    worker = await lab.startWorker();
    unitOfWork = worker.app.get(UnitOfWork);
  });
  afterAll(() => lab.close());

  const start = (key: string) =>
    unitOfWork.run(() => worker.sagas.start('patient', 1, [patientRequest(key)]));
  const come = (key: string, id?: string) => worker.sagas.receive('patient', key, new Came({ key }), id);
  const overhear = (key: string) => worker.sagas.receive('patient', key, new Overheard({ key }));
  const stored = async (key: string): Promise<number> => {
    const rows: unknown[] = await lab.admin.query(`SELECT FROM saga.early_event WHERE correlation_id = $1`, [
      key,
    ]);
    return rows.length;
  };

  it('is kept in the saga until the wait that it is for begins', async () => {
    await start('overheard first');
    await lab.until('overheard first', 'waiting');
    expect((await overhear('overheard first')).as).toBe('kept');
    expect((await come('overheard first')).as).toBe('applied');

    await lab.until('overheard first', 'completed');
    const entries = await lab.journal('overheard first');
    const [end] = entries.filter((entry) => entry.kind === 'wait-ended' && entry.step === 'collect');
    expect(end).toMatchObject({ case: 'overheard', event: 'lab.overheard.v1' });
    await lab.expectSoundJournals('overheard first');
  });

  it('is brought to its saga when it came before there was one', async () => {
    expect(await come('quick before')).toEqual({ as: 'kept', reason: null });
    expect(await stored('quick before')).toBe(1);
    await start('quick before');

    await lab.until('quick before', 'completed');
    expect(await stored('quick before')).toBe(0);
    await lab.expectSoundJournals('quick before');
  });

  it('is not lost when saga and event are stored side by side and see nothing of each other', async () => {
    let letEventCommit = () => {};
    const mayCommit = new Promise<void>((resolve) => (letEventCommit = resolve));
    let tellReceived = () => {};
    const received = new Promise<void>((resolve) => (tellReceived = resolve));
    const event = unitOfWork.run(async () => {
      await come('quick beside');
      tellReceived();
      await mayCommit;
    });
    await received;
    await start('quick beside');
    await lab.until('quick beside', 'waiting');
    letEventCommit();
    await event;

    await lab.until('quick beside', 'completed');
  });

  it('goes before what comes later, although it is brought later', async () => {
    await overhear('in order');
    await start('in order');
    await lab.until('in order', 'waiting');
    await come('in order');

    await lab.until('in order', 'completed');
    const told = (await lab.journal('in order')).filter(({ kind }) => /^(event-|wait-ended)/.test(kind));
    expect(told.map(({ kind }) => kind)).toEqual(['event-kept', 'wait-ended', 'wait-ended', 'wait-ended']);
  });

  it('changes nothing when it is told again under its id, before its saga is there and after', async () => {
    for (const _ of [1, 2]) expect((await come('quick twice', 'one')).as).toBe('kept');
    expect(await stored('quick twice')).toBe(1);
    await start('quick twice');
    await lab.until('quick twice', 'completed');
    const { revision } = await lab.rowOf('quick twice');

    expect((await come('quick twice', 'one')).as).toBe('repeated');
    expect((await come('quick twice', 'two')).as).toBe('ignored');
    expect((await lab.rowOf('quick twice')).revision).toBe(revision);
  });

  it('goes with the unit of work that it was received in', async () => {
    await start('quick undone');
    await lab.until('quick undone', 'waiting');
    const failed = unitOfWork.run(async () => {
      expect((await come('quick undone')).as).toBe('applied');
      throw new Error('The sender failed.');
    });
    await expect(failed).rejects.toThrow('The sender failed.');

    expect(await lab.rowOf('quick undone')).toMatchObject({ status: 'waiting' });
    await come('quick undone');
    await lab.until('quick undone', 'completed');
  });

  it('is refused when no version hears of such a thing', async () => {
    const unheard = new Announced({ key: 'x', subject: 'x' });
    await expect(worker.sagas.receive('patient', 'nobody', unheard)).rejects.toThrow(
      'hears lab.announced.v1',
    );
    expect(await stored('nobody')).toBe(0);
  });

  it('for which no saga comes is forgotten after a week', async () => {
    await come('quick never');
    await come('quick soon');
    await lab.admin.query(
      `UPDATE saga.early_event SET received_at = now() - interval '7 days 1 minute' WHERE correlation_id = $1`,
      ['quick never'],
    );
    await worker.app.get(EarlyEventPruner).prune();

    expect([await stored('quick never'), await stored('quick soon')]).toEqual([0, 1]);
  });
});

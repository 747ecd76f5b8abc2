import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

describe('A saga', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  it('goes through all its steps, each effect once', async () => {
    await lab.start(worker, 'happy');
    await lab.until('happy', 'completed');
    expect(await lab.effects('happy')).toEqual(['hold', 'pay', 'note', 'ship', 'finish']);
    expect(lab.outside.requests.filter(({ key }) => key === 'happy')).toHaveLength(2);
  });

  it('undoes in reverse what was done when a later step is rejected', async () => {
    lab.script.next('lab.ship.v1', 'refused', 'reject');
    await lab.start(worker, 'refused');
    await lab.until('refused', 'compensated');
    expect(await lab.effects('refused')).toEqual(['hold', 'pay', 'note', 'unnote', 'refund', 'unhold']);
  });

  it('asks before it repeats when an answer was lost', async () => {
    lab.script.next('lab.pay.v1', 'lost', 'lose-answer');
    await lab.start(worker, 'lost');
    await lab.until('lost', 'completed');
    expect(
      lab.outside.requests.filter(({ key, command }) => key === 'lost' && command === 'lab.pay.v1'),
    ).toHaveLength(1);
  });

  it('repeats under the same reference when the request was lost', async () => {
    lab.script.next('lab.pay.v1', 'dropped', 'lose-request');
    await lab.start(worker, 'dropped');
    await lab.until('dropped', 'completed');
    expect(lab.outside.count('lab.pay.v1', 'dropped')).toBe(1);
  });

  it('rolls back to before the step when an ordinary handler throws a rejection', async () => {
    lab.script.next('lab.note.v1', 'note-refused', 'reject');
    await lab.start(worker, 'note-refused');
    await lab.until('note-refused', 'compensated');
    expect(await lab.effects('note-refused')).toEqual(['hold', 'pay', 'refund', 'unhold']);
  });

  it('tries a failing handler again and parks when the attempts are used up, then goes on after a retry', async () => {
    lab.script.next('lab.finish.v1', 'stuck', 'throw', 'throw', 'throw');
    await lab.start(worker, 'stuck');
    const row = await lab.until('stuck', 'parked');
    expect((await lab.journal('stuck')).filter(({ kind }) => kind === 'attempt-failed')).toHaveLength(3);
    expect(row).toMatchObject({ failed_step: 'finish', error_code: 'SAGA.UNCLASSIFIED' });
    await worker.requests.apply(row.id as string, { kind: 'retry', by: 'test', reason: 'mended' });
    await lab.until('stuck', 'completed');
    expect(await lab.effects('stuck')).toEqual(['hold', 'pay', 'note', 'ship', 'finish']);
  });

  it('lets the others of a batch go on when one of them breaks the handler', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `batch-${i}`);
    lab.script.next('lab.hold.v1', 'batch-7', 'throw', 'throw');
    await lab.start(worker, ...keys);
    for (const key of keys) await lab.until(key, 'completed');
    expect(await lab.effects('batch-7')).toEqual(['hold', 'pay', 'note', 'ship', 'finish']);
  });

  it('hands commands that are ready together to the handler in one batch', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `together-${i}`);
    await lab.start(worker, ...keys);
    for (const key of keys) await lab.until(key, 'completed');
    expect(lab.script.batches).toContainEqual({ command: 'lab.hold.v1', size: 50 });
  });

  it('does not lose an answer that could not be recorded', async () => {
    lab.script.next('record lab.pay.v1', 'unrecorded', 'throw', 'throw', 'throw');
    await lab.start(worker, 'unrecorded');
    await lab.until('unrecorded', 'completed');
    expect(lab.outside.count('lab.pay.v1', 'unrecorded')).toBe(1);
    expect((await lab.effects('unrecorded')).filter((what) => what === 'pay')).toHaveLength(1);
  });
});

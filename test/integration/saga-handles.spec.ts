import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { SagaFailedError, type SagaHandle } from '../../src/saga/index.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

let lab: Lab;
/** Moves the sagas. */
let worker: LabWorker;
/** Starts them and waits, and moves none. */
let caller: LabWorker;
beforeAll(async () => {
  lab = await openLab();
  worker = await lab.startWorker();
  caller = await lab.startWorker({ ROLE: 'api' });
});
afterAll(() => lab.close());

const start = (by: LabWorker, key: string): Promise<SagaHandle> =>
  by.app
    .get(UnitOfWork)
    .run(async () => (await by.sagas.start('lab', null, [{ correlationId: key, input: { key } }]))[0]!);

async function failureOf(saga: SagaHandle): Promise<SagaFailedError> {
  const ended = await saga.wait({ within: 20_000 }).catch((error: unknown) => error);
  if (ended instanceof SagaFailedError) return ended;
  throw new Error(`It did not fail: ${JSON.stringify(ended)}`);
}

describe.each([
  ['the process that moves it', () => worker],
  ['another process', () => caller],
])('A handle of a saga, in %s', (_, where) => {
  const key = (name: string) => `${name} in ${where() === worker ? 'worker' : 'api'}`;

  it('waits for the end and has its results', async () => {
    const saga = await start(where(), key('good'));
    expect(await saga.wait({ within: 20_000 })).toMatchObject({
      status: 'completed',
      results: { hold: { key: key('good') }, finish: { key: key('good') } },
    });
    expect(await saga.status()).toBe('completed');
    expect(await saga.result()).toHaveProperty('pay.reference');
    expect((await where().sagas.find('lab', key('good')))?.id).toBe(saga.id);
  });

  it('throws what went wrong only when the compensations have finished', async () => {
    lab.script.next('lab.ship.v1', key('bad'), 'reject');
    const gate = lab.script.hold('lab.refund.v1', key('bad'), 'before its effect');
    const saga = await start(where(), key('bad'));
    const failure = failureOf(saga);
    await gate.arrived;
    // One that comes while it is being undone has to wait for that, too.
    const late = failureOf(saga);
    expect(await Promise.race([failure, late, saga.wait({ within: 50 })])).toBeNull();
    expect(await saga.status()).toBe('compensating');
    gate.release();
    expect((await late).report.status).toBe('compensated');

    const error = await failure;
    expect(error).toMatchObject({ failedIndex: 3, failedStep: 'ship', compensationErrors: {} });
    expect(error.cause).toMatchObject({ name: 'Rejection', code: 'LAB.REFUSED' });
    expect(error.cause.stack).toContain('Rejection');
    expect(error.report).toMatchObject({ status: 'compensated', summary: error.message });
    expect(await saga.result()).toBeNull();
  });

  it('throws the first cause when a compensation was parked, with what that met', async () => {
    lab.script.next('lab.ship.v1', key('stuck'), 'reject');
    lab.script.always('lab.refund.v1', key('stuck'), 'unavailable');
    const error = await failureOf(await start(where(), key('stuck')));
    expect(error.report.status).toBe('parked');
    expect(error.cause).toMatchObject({ code: 'LAB.REFUSED' });
    expect(error.compensationErrors[1]).toMatchObject({ name: 'RetryableError', code: 'LAB.UNAVAILABLE' });
    expect(error.message).toMatch(/; 1 compensation failed$/);
    lab.script.mend('lab.refund.v1', key('stuck'));
  });

  it('does not wait longer than it is told to, and not at all when it is told to stop', async () => {
    const gate = lab.script.hold('lab.pay.v1', key('slow'), 'before its answer');
    const saga = await start(where(), key('slow'));
    await gate.arrived;
    expect(await saga.wait({ within: 20 })).toBeNull();
    expect(await saga.wait({ signal: AbortSignal.abort() })).toBeNull();
    gate.release();
    expect(await saga.wait({ within: 20_000 })).toMatchObject({ status: 'completed' });
  });

  it('takes no parked saga that has not turned back for failed', async () => {
    lab.script.next('lab.finish.v1', key('late'), 'throw', 'throw', 'throw');
    const saga = await start(where(), key('late'));
    await lab.until(key('late'), 'parked');
    expect(await saga.wait({ within: 20 })).toBeNull();
    const ending = saga.wait({ within: 20_000 });
    await worker.requests.apply(saga.id, { kind: 'retry', by: 'ann', reason: 'mended' });
    expect(await ending).toMatchObject({ status: 'completed' });
  });
});

it('A handle is not waited for inside the unit of work that began its saga', async () => {
  await caller.app.get(UnitOfWork).run(async () => {
    const [saga] = await caller.sagas.start('lab', null, [
      { correlationId: 'inside', input: { key: 'inside' } },
    ]);
    await expect(saga!.wait()).rejects.toThrow('not inside it');
  });
  expect(await (await caller.sagas.find('lab', 'inside'))!.wait({ within: 20_000 })).not.toBeNull();
});

it('A handle of a saga that is not there says so', async () => {
  await expect(worker.sagas.handle('019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f').status()).rejects.toThrow(
    'There is no saga',
  );
});

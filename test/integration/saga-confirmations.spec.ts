import { z } from 'zod';
import { defineSaga, turnsBack } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

const pay = m.Pay.wireName;
const refund = m.Refund.wireName;

/** Paid by somebody who may take his time. */
const paidLater = (name: string, withinMs: number, askEveryMs: number) =>
  defineSaga(name, 1, z.object({ key: z.string() }))
    .retry({ backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 })
    .step('hold', (s) =>
      s
        .local()
        .action(m.Hold, ({ input }) => input)
        .succeeds(m.Held)
        .compensation(m.Unhold, ({ input }) => input, m.Unheld),
    )
    .step('pay', (s) =>
      s
        .external({
          attemptTimeoutMs: 5_000,
          confirmed: { withinMs, askEveryMs, overdue: turnsBack('LAB.OVERDUE', 'It took too long.') },
        })
        .action(m.Pay, ({ input, reference }) => ({ ...input, reference }))
        .succeeds(m.Paid)
        .rejects(m.PayRefused)
        .compensation(
          m.Refund,
          ({ input, action }) => ({ ...input, reference: action.reference }),
          m.Refunded,
          {
            retry: { backoff: { kind: 'fixed', everyMs: 30 } },
          },
        ),
    )
    .retriable('finish', (s) =>
      s
        .local()
        .action(m.Finish, ({ input }) => input)
        .succeeds(m.Finished),
    )
    .build();

const hour = 3_600_000;
/** Nothing but a notice leads on within the test. */
const lab1 = paidLater('lab', 24 * hour, hour);
const soon = paidLater('soon', 1_500, 300);
const asking = paidLater('asking', 24 * hour, 20);

describe('What the other side confirms later', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ definitions: [lab1, soon, asking] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const notice = (key: string, by = worker) =>
    by.sagas.apply('lab', key, {
      kind: 'notice',
      reference: lab.outside.referenceOf(pay, key),
      by: 'outside',
    });
  const questions = (key: string) => lab.outside.questions.filter((one) => one.key === key).length;
  const startSoon = (name: string, key: string) =>
    worker.sagas.start(name, 1, [{ correlationId: key, input: { key } }]);

  async function accepted(key: string): Promise<void> {
    lab.script.next(pay, key, 'accept');
    await lab.start(worker, key);
    await lab.until(key, 'waiting');
  }

  async function paidOnce(key: string): Promise<void> {
    await lab.until(key, 'completed');
    expect(await lab.effects(key)).toEqual(['hold', 'pay', 'finish']);
    expect(lab.outside.requests.filter((one) => one.key === key && one.command === pay)).toHaveLength(1);
    await lab.expectSoundJournals(key);
  }

  it('rests as a row, and goes on when a notice comes', async () => {
    await accepted('told');
    const row = await lab.rowOf('told');
    expect(row).toMatchObject({ status: 'waiting', owner: null, error_code: null, failed_step: null });

    lab.outside.decide(pay, 'told');
    await notice('told');
    await paidOnce('told');
    expect(questions('told')).toBe(1);
  });

  it('is asked once more when the notice came during the call that was accepted', async () => {
    lab.script.next(pay, 'early', 'accept');
    const gate = lab.script.hold(pay, 'early', 'before its answer');
    await lab.start(worker, 'early');
    await gate.arrived;
    lab.outside.decide(pay, 'early');
    await notice('early');
    gate.release();
    await paidOnce('early');
  });

  it('is asked once more when the notice came while it was asked', async () => {
    await accepted('crossed');
    const gate = lab.script.hold(pay, 'crossed', 'before it is told');
    await notice('crossed');
    await gate.arrived;
    lab.outside.decide(pay, 'crossed');
    await notice('crossed');
    gate.release();
    await paidOnce('crossed');
    expect(questions('crossed')).toBe(2);
  });

  it('is done once, however often and from wherever the notice comes', async () => {
    const other = await lab.startWorker();
    await accepted('often');
    lab.outside.decide(pay, 'often');
    await Promise.all(Array.from({ length: 20 }, (_, index) => notice('often', index % 2 ? worker : other)));
    await paidOnce('often');
    await notice('often');
    expect(await lab.effects('often')).toEqual(['hold', 'pay', 'finish']);
    await other.close();
  });

  it('is learnt although no notice ever comes, and costs nothing however often it is asked for', async () => {
    lab.script.next(pay, 'asked', 'accept');
    await startSoon('asking', 'asked');
    // More often than an unknown outcome is asked for before a person is.
    await eventually(() => questions('asked') > 20);
    expect((await lab.journal('asked')).map(({ kind }) => kind)).not.toContain('parked');
    lab.outside.decide(pay, 'asked');
    await paidOnce('asked');
  });

  it('is taken back when it is overdue', async () => {
    lab.script.next(pay, 'overdue', 'accept');
    await startSoon('soon', 'overdue');
    await lab.until('overdue', 'compensated');
    expect(lab.outside.requests.filter((one) => one.key === 'overdue').map(({ command }) => command)).toEqual(
      [pay, refund],
    );
    expect(await lab.effects('overdue')).toEqual(['hold', 'refund', 'unhold']);
  });

  it('is asked for and taken back when the saga is cancelled meanwhile', async () => {
    await accepted('cancelled');
    await worker.sagas.apply('lab', 'cancelled', {
      kind: 'cancel',
      by: 'customer',
      reason: 'changed my mind',
      code: 'LAB.CANCELLED',
      type: 'cancelled',
    });
    await lab.until('cancelled', 'compensated');
    expect(questions('cancelled')).toBeGreaterThan(0);
    expect(await lab.effects('cancelled')).toEqual(['hold', 'refund', 'unhold']);
  });

  it('goes on with another worker when the one that asked was lost', async () => {
    await accepted('taken-over');
    const gate = lab.script.hold(pay, 'taken-over', 'before it is told');
    await notice('taken-over');
    await gate.arrived;
    lab.outside.decide(pay, 'taken-over');
    const next = await lab.startWorker();
    await lab.expireLease(worker);
    await paidOnce('taken-over');
    gate.release();
    await next.close();
  });
});

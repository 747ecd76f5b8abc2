import { z } from 'zod';
import { message } from '../../src/platform/messaging/message.js';
import { rejectionEvent } from '../../src/platform/messaging/rejection.js';
import { defineSaga } from '../../src/saga/definition/index.js';
import { external } from '../support/lab/handlers.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

const call = z.object({ key: z.string(), reference: z.string() });
class PayOtherwise extends message('lab.pay-otherwise.v1', call) {}
class PaidOtherwise extends message('lab.paid-otherwise.v1', call) {}
class PayOtherwiseRefused extends rejectionEvent('lab.pay-otherwise-refused.v1') {}
class RefundOtherwise extends message('lab.refund-otherwise.v1', call) {}
class RefundedOtherwise extends message('lab.refunded-otherwise.v1', call) {}
class ShipOtherwise extends message('lab.ship-otherwise.v1', call) {}
class ShippedOtherwise extends message('lab.shipped-otherwise.v1', call) {}

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

/** Two ways to pay; and when the carrier refuses, all but the hold is undone and the other carrier is asked. */
const definition = defineSaga('lab', 1, z.object({ key: z.string() }))
  .retry({ backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 })
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
      .external({ attemptTimeoutMs: 1_000 })
      .action(m.Pay, byReference)
      .succeeds(m.Paid)
      .rejects(m.PayRefused)
      .compensation(m.Refund, byAction, m.Refunded, { attemptTimeoutMs: 1_000 }),
  )
  .alternative({ on: ['LAB.REFUSED'] }, (instead) =>
    instead.step('pay-otherwise', (s) =>
      s
        .external({ attemptTimeoutMs: 1_000 })
        .action(PayOtherwise, byReference)
        .succeeds(PaidOtherwise)
        .rejects(PayOtherwiseRefused)
        .compensation(RefundOtherwise, byAction, RefundedOtherwise, { attemptTimeoutMs: 1_000 }),
    ),
  )
  .step('note', (s) =>
    s
      .local()
      .action(m.Note, key)
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
  .alternative({ undoTo: 'hold' }, (instead) =>
    instead.pivot('ship-otherwise', (s) =>
      s.external({ attemptTimeoutMs: 1_000 }).action(ShipOtherwise, byReference).succeeds(ShippedOtherwise),
    ),
  )
  .retriable('finish', (s) => s.local().action(m.Finish, key).succeeds(m.Finished))
  .build();

describe('An alternative', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({
      definitions: [definition],
      providers: [
        external(PayOtherwise, PaidOtherwise),
        external(RefundOtherwise, RefundedOtherwise),
        external(ShipOtherwise, ShippedOtherwise),
      ],
    });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  it('is taken in the place of a step that was rejected', async () => {
    lab.script.next('lab.pay.v1', 'declined', 'reject');
    await lab.start(worker, 'declined');
    await lab.until('declined', 'completed');

    expect(await lab.effects('declined')).toEqual(['hold', 'pay-otherwise', 'note', 'ship', 'finish']);
    await lab.expectSoundJournals('declined');
  });

  it('is undone in its turn when a later step leads back', async () => {
    lab.script.next('lab.pay.v1', 'back', 'reject');
    lab.script.next('lab.note.v1', 'back', 'reject');
    await lab.start(worker, 'back');
    await lab.until('back', 'compensated');

    expect(await lab.effects('back')).toEqual(['hold', 'pay-otherwise', 'refund-otherwise', 'unhold']);
    await lab.expectSoundJournals('back');
  });

  it('begins when a request that may still arrive has been undone', async () => {
    lab.script.next('lab.pay.v1', 'late', 'lose-request', 'reject');
    await lab.start(worker, 'late');
    await lab.until('late', 'completed');

    expect(await lab.effects('late')).toEqual(['hold', 'refund', 'pay-otherwise', 'note', 'ship', 'finish']);
    await lab.expectSoundJournals('late');
  });

  it('with a save-point goes on from there, with nothing left of what came after', async () => {
    lab.script.next('lab.ship.v1', 'full', 'reject');
    await lab.start(worker, 'full');
    await lab.until('full', 'completed');

    expect(await lab.effects('full')).toEqual([
      ...['hold', 'pay', 'note', 'unnote', 'refund'],
      ...['ship-otherwise', 'finish'],
    ]);
    await lab.expectSoundJournals('full');
  });

  it('with a save-point is gone on with by another worker when one is lost on the way there', async () => {
    lab.script.next('lab.ship.v1', 'taken-over', 'reject');
    const gate = lab.script.hold('lab.refund.v1', 'taken-over', 'before its answer');
    await lab.start(worker, 'taken-over');
    await gate.arrived;
    expect(await lab.rowOf('taken-over')).toMatchObject({ status: 'running', current_step: 'pay' });

    const other = await lab.startWorker();
    await lab.expireLease(worker);
    await lab.until('taken-over', 'completed');
    gate.release();
    expect(lab.outside.count('lab.refund.v1', 'taken-over')).toBe(1);
    expect((await lab.effects('taken-over')).slice(-3)).toEqual(['refund', 'ship-otherwise', 'finish']);
    await lab.expectSoundJournals('taken-over');
    await other.close();
  });

  it('gives way to a cancel on the way to its save-point', async () => {
    lab.script.next('lab.ship.v1', 'cancelled', 'reject');
    const gate = lab.script.hold('lab.refund.v1', 'cancelled', 'before its answer');
    const [id] = await lab.start(worker, 'cancelled');
    await gate.arrived;
    await worker.requests.apply(id!, {
      kind: 'cancel',
      by: 'customer',
      reason: 'changed my mind',
      code: 'LAB.CANCELLED',
      type: 'cancelled',
    });
    gate.release();
    await lab.until('cancelled', 'compensated');

    expect(await lab.effects('cancelled')).toEqual(['hold', 'pay', 'note', 'unnote', 'refund', 'unhold']);
    await lab.expectSoundJournals('cancelled');
  });
});

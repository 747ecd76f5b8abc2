import { QueryBus } from '@nestjs/cqrs';
import type { CancellationAnswer } from '../../src/shipping/carrier/carrier.js';
import type { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import { BookingConfirmedByCarrier } from '../../src/shipping/contracts/shipping-events.js';
import { ListSandboxBookings } from '../../src/shipping/contracts/sandbox-queries.js';
import { eventually } from '../support/eventually.js';
import { attempt, startShippingApp, type ShippingApp } from './shipping-app.js';

let shipping: ShippingApp;
beforeAll(async () => {
  shipping = await startShippingApp({ pace: { slowMs: 300, heartbeatMs: 50, laterMs: 400 } });
});
afterAll(() => shipping.close());
afterEach(async () => {
  await shipping.setFaults({ carrier: 'up', latencyMs: 0, forgetKeysAfterSeconds: null });
});

const retryable = expect.objectContaining({ name: 'RetryableError' }) as unknown;
const unknown = expect.objectContaining({ name: 'OutcomeUnknownError' }) as unknown;

async function requested(postalCode?: string): Promise<ArrangeShipping> {
  const command = shipping.order(postalCode);
  await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
  return command;
}

const pending = expect.objectContaining({
  name: 'OutcomePendingError',
  code: 'SHIPPING.PENDING',
}) as unknown;

const confirmations = ({ data: { shipmentId } }: ArrangeShipping) =>
  shipping.events.filter(
    (event) => event instanceof BookingConfirmedByCarrier && event.data.shipmentId === shipmentId,
  );

const call = (command: ArrangeShipping, more = {}) => shipping.arrange.call(command, attempt(more));
const resolve = (command: ArrangeShipping) => shipping.arrange.resolve(command, attempt());

describe('the sandbox carrier', () => {
  it('books once however often it is asked under one key, also at the same time', async () => {
    const command = await requested();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(command)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await shipping.bookings(command.data.shipmentId)).toHaveLength(1);
  });

  it('books again once it has forgotten the key', async () => {
    const command = await requested();
    await call(command);
    await shipping.setFaults({ forgetKeysAfterSeconds: 0 });
    await call(command);
    expect(await shipping.bookings(command.data.shipmentId)).toHaveLength(2);
  });

  it('refuses REJECT without a trace', async () => {
    const command = await requested('REJECT');
    expect(await call(command)).toMatchObject({ kind: 'refused', code: 'SHIPPING.UNDELIVERABLE' });
    expect(await resolve(command)).toBeNull();
  });

  it('fails twice at FLAKY without an effect, and then books', async () => {
    const command = await requested('FLAKY');
    await expect(call(command)).rejects.toEqual(retryable);
    await expect(call(command)).rejects.toEqual(retryable);
    expect(await shipping.bookings(command.data.shipmentId)).toEqual([]);
    expect(await call(command)).toMatchObject({ kind: 'booked' });
  });

  it('books at LOST and loses the answer, which asking brings back', async () => {
    const command = await requested('LOST');
    await expect(call(command)).rejects.toEqual(unknown);
    const [booking] = await shipping.bookings(command.data.shipmentId);
    expect(await resolve(command)).toMatchObject({
      kind: 'booked',
      trackingNumber: booking!.tracking_number,
    });
  });

  it('fails at DOWN until it is healed', async () => {
    const command = await requested('DOWN');
    for (let i = 0; i < 4; i++) await expect(call(command)).rejects.toEqual(retryable);
    await shipping.setFaults({ carrier: 'healed' });
    expect(await call(command)).toMatchObject({ kind: 'booked' });
  });

  it.each(['REJECT', 'FLAKY', 'LOST', 'SLOW', 'LATER'])(
    'treats %s like any other code once it is healed',
    async (code) => {
      const command = await requested(code);
      await shipping.setFaults({ carrier: 'healed' });
      const reporting = attempt();
      expect(await shipping.arrange.call(command, reporting)).toMatchObject({ kind: 'booked' });
      expect(reporting.progress).toEqual([]);
    },
  );

  it('fails every call while it is down, asking and cancelling too', async () => {
    const command = await requested();
    await shipping.setFaults({ carrier: 'down' });
    await expect(call(command)).rejects.toEqual(retryable);
    await expect(resolve(command)).rejects.toEqual(retryable);
    const { shipmentId: reference } = command.data;
    await expect(shipping.carrier.cancel({ reference, signal: attempt().signal })).rejects.toEqual(retryable);
    await shipping.setFaults({ carrier: 'up' });
    expect(await call(command)).toMatchObject({ kind: 'booked' });
  });

  it('accepts at LATER, books in a while, and tells, once', async () => {
    const command = await requested('LATER');
    await expect(call(command)).rejects.toEqual(pending);
    await expect(call(command)).rejects.toEqual(pending);
    await expect(resolve(command)).rejects.toEqual(pending);
    expect(await shipping.app.get(QueryBus).execute(new ListSandboxBookings(10, null))).not.toContainEqual(
      expect.objectContaining({ reference: command.data.shipmentId }),
    );

    const booked = await eventually(() => resolve(command));
    const [booking, ...more] = await shipping.bookings(command.data.shipmentId);
    expect(more).toEqual([]);
    expect(booked).toMatchObject({ kind: 'booked', trackingNumber: booking!.tracking_number });
    expect(await call(command)).toEqual(booked);
    await eventually(() => expect(confirmations(command)).toHaveLength(1));
  });

  it('makes nothing of what it had accepted at LATER once that is cancelled', async () => {
    const command = await requested('LATER');
    const { shipmentId: reference } = command.data;
    await expect(call(command)).rejects.toEqual(pending);
    await shipping.carrier.cancel({ reference, signal: attempt().signal });
    // One that was accepted later is booked and told of by now: the cancelled one would have been too.
    const next = await requested('LATER');
    await expect(call(next)).rejects.toEqual(pending);
    await eventually(() => expect(confirmations(next)).toHaveLength(1));

    expect(await resolve(command)).toMatchObject({ kind: 'refused', code: 'SHIPPING.CANCELLED' });
    expect(confirmations(command)).toEqual([]);
  });

  it('takes long at SLOW and shows signs of life', async () => {
    const command = await requested('SLOW');
    const reporting = attempt();
    expect(await shipping.arrange.call(command, reporting)).toMatchObject({ kind: 'booked' });
    const percents = reporting.progress.map((progress) => (progress as { percent: number }).percent);
    expect(percents).toEqual([16, 33, 50, 66, 83, 100]);
  });

  it('goes on at SLOW from where the last attempt was', async () => {
    const command = await requested('SLOW');
    const reporting = attempt({ lastProgress: { percent: 50 } });
    await shipping.arrange.call(command, reporting);
    expect(reporting.progress).toEqual([{ percent: 66 }, { percent: 83 }, { percent: 100 }]);
  });

  it('does not book at SLOW when the attempt was aborted', async () => {
    const command = await requested('SLOW');
    const abort = new AbortController();
    const heartbeat = () => abort.abort();
    await expect(call(command, { signal: abort.signal, heartbeat })).rejects.toEqual(unknown);
    // One that began later is through now: the aborted one would have been too.
    await call(await requested('SLOW'));
    expect(await shipping.bookings(command.data.shipmentId)).toEqual([]);
    expect(await call(command)).toMatchObject({ kind: 'booked' });
  });

  it('may book although the caller gave up waiting', async () => {
    const command = await requested();
    await shipping.setFaults({ latencyMs: 200 });
    await expect(call(command, { signal: AbortSignal.timeout(50) })).rejects.toEqual(unknown);
    await shipping.setFaults({ latencyMs: 0 });
    await eventually(async () => expect(await shipping.bookings(command.data.shipmentId)).toHaveLength(1));
    expect(await resolve(command)).toMatchObject({ kind: 'booked' });
  });

  it('does not let a booking through that was on its way when it was cancelled', async () => {
    const command = await requested('SLOW');
    const { shipmentId: reference } = command.data;
    let cancelling: Promise<CancellationAnswer> | undefined;
    const heartbeat = () => {
      cancelling ??= shipping.carrier.cancel({ reference, signal: attempt().signal });
    };
    expect(await call(command, { heartbeat })).toMatchObject({ kind: 'refused', code: 'SHIPPING.CANCELLED' });
    expect(await cancelling).toEqual({ kind: 'cancelled', wasBooked: false });
    expect(await shipping.bookings(reference)).toEqual([]);
    expect(await resolve(command)).toMatchObject({ kind: 'refused', code: 'SHIPPING.CANCELLED' });
  });

  it('ends booked or cancelled, never both, when both are asked at once', async () => {
    for (let round = 0; round < 20; round++) {
      const command = await requested();
      const { shipmentId: reference } = command.data;
      const [answer] = await Promise.all([
        call(command),
        shipping.carrier.cancel({ reference, signal: attempt().signal }),
      ]);
      const standing = (await shipping.bookings(reference)).filter(({ status }) => status === 'booked');
      expect(standing).toEqual([]);
      expect(['booked', 'refused']).toContain(answer.kind);
    }
  });

  it('keeps its booking when our own transaction is rolled back', async () => {
    const command = await requested();
    const rolledBack = shipping.unitOfWork.run(async () => {
      await call(command);
      throw new Error('our side dies');
    });
    await expect(rolledBack).rejects.toThrow('our side dies');
    expect(await shipping.bookings(command.data.shipmentId)).toHaveLength(1);
  });

  it('lists what it booked, newest first, page by page', async () => {
    const commands = [await requested(), await requested(), await requested()];
    for (const command of commands) await call(command);
    const queries = shipping.app.get(QueryBus);
    const first = await queries.execute(new ListSandboxBookings(2, null));
    const second = await queries.execute(new ListSandboxBookings(1, first[1]!.trackingNumber));
    const references = [...first, ...second].map(({ reference }) => reference);
    expect(references).toEqual(commands.map(({ data }) => data.shipmentId).reverse());
    expect(first[0]).toMatchObject({ orderId: commands[2]!.data.orderId, status: 'booked' });
    expect(first[0]!.createdAt).toBeInstanceOf(Date);
  });
});

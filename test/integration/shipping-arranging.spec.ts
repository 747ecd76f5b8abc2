import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import { ShippingArranged } from '../../src/shipping/contracts/shipping-events.js';
import { Rejection } from '../../src/platform/messaging/rejection.js';
import { ADDRESS, attempt, cancellationOf, startShippingApp, type ShippingApp } from './shipping-app.js';

let shipping: ShippingApp;
beforeAll(async () => {
  shipping = await startShippingApp();
});
afterAll(() => shipping.close());

/** Begin, call and record, as the engine does. */
async function arrange(...commands: ArrangeShipping[]) {
  await shipping.unitOfWork.run(() => shipping.arrange.begin(commands));
  const answered = await Promise.all(
    commands.map(async (command) => ({ command, answer: await shipping.arrange.call(command, attempt()) })),
  );
  return shipping.unitOfWork.run(() => shipping.arrange.record(answered));
}

describe('the row that a call needs', () => {
  const begin = (command: ArrangeShipping) =>
    shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
  const reads = () => {
    const query = jest.spyOn(shipping.unitOfWork, 'query');
    return () => query.mock.calls.filter(([{ name }]) => name === 'shipping.read-shipments').length;
  };
  afterEach(() => jest.restoreAllMocks());

  it('comes with the commit that wrote it to the call behind it, and is read for the next one', async () => {
    const command = shipping.order();
    const count = reads();
    await begin(command);
    await shipping.arrange.call(command, attempt());
    expect(count()).toBe(0);
    await shipping.arrange.call(command, attempt());
    expect(count()).toBe(1);
    expect(await shipping.bookings(command.data.shipmentId)).toHaveLength(1);
  });

  it('is read by a call that begins later: it may have changed', async () => {
    const command = shipping.order();
    await begin(command);
    await sleep(150);
    await shipping.commandBus.execute(cancellationOf(command));
    expect(await shipping.arrange.call(command, attempt())).toMatchObject({ kind: 'refused' });
    expect(await shipping.bookings(command.data.shipmentId)).toEqual([]);
  });

  it('is not there when what wrote it was rolled back', async () => {
    const command = shipping.order();
    const rolledBack = shipping.unitOfWork.run(async () => {
      await shipping.arrange.begin([command]);
      throw new Error('after all not');
    });
    await expect(rolledBack).rejects.toThrow('after all not');
    await expect(shipping.arrange.call(command, attempt())).rejects.toThrow('has no address');
  });
});

describe('arranging the shipping', () => {
  it('asks for the shipment with its address before the carrier is called', async () => {
    const command = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({
      status: 'requested',
      order_id: command.data.orderId,
      receiver_name: ADDRESS.name,
      receiver_postal_code: ADDRESS.postalCode,
      tracking_number: null,
    });
    expect(await shipping.bookings(command.data.shipmentId)).toEqual([]);
  });

  it('takes the new address as long as the shipment is only requested', async () => {
    const command = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    shipping.moveHouse(command.data.orderId, { city: 'Potsdam', line2: 'c/o Babbage' });
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({
      receiver_city: 'Potsdam',
      receiver_line2: 'c/o Babbage',
    });

    await arrange(command);
    shipping.moveHouse(command.data.orderId, { city: 'Bonn' });
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({
      status: 'booked',
      receiver_city: 'Potsdam',
    });
  });

  it('books many shipments, each with an outcome in its place', async () => {
    const commands = [shipping.order(), shipping.order('REJECT'), shipping.order()];
    const [first, refused, last] = await arrange(...commands);
    expect(first).toBeInstanceOf(ShippingArranged);
    expect(first).toMatchObject({ data: { ...commands[0]!.data, carrier: 'sandbox' } });
    expect(refused).toBeInstanceOf(Rejection);
    expect(refused).toMatchObject({ code: 'SHIPPING.UNDELIVERABLE' });
    expect(last).toMatchObject({ data: { shipmentId: commands[2]!.data.shipmentId } });
    expect(await shipping.row(commands[0]!.data.shipmentId)).toMatchObject({ status: 'booked' });
    expect(await shipping.row(commands[1]!.data.shipmentId)).toMatchObject({
      status: 'failed',
      refusal_code: 'SHIPPING.UNDELIVERABLE',
      tracking_number: null,
    });
  });

  it('leaves the same row when the same answer is recorded twice', async () => {
    const commands = [shipping.order(), shipping.order('REJECT')];
    const before = await arrange(...commands);
    const rows = await Promise.all(commands.map(({ data }) => shipping.row(data.shipmentId)));
    const after = await arrange(...commands);
    expect(after.map((outcome) => (outcome instanceof Rejection ? outcome.code : outcome.data))).toEqual(
      before.map((outcome) => (outcome instanceof Rejection ? outcome.code : outcome.data)),
    );
    expect(await Promise.all(commands.map(({ data }) => shipping.row(data.shipmentId)))).toEqual(rows);
    expect(await shipping.bookings(commands[0]!.data.shipmentId)).toHaveLength(1);
  });

  it('does not hold up others when an order has no address', async () => {
    const unknown = new ArrangeShipping({
      ...shipping.order().data,
      orderId: '019ae1c0-7c02-7b52-8f0e-5f6f3f0f9a10',
    });
    const known = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([unknown, known]));
    await expect(shipping.arrange.call(unknown, attempt())).rejects.toMatchObject({
      code: 'SHIPPING.NO_ADDRESS',
    });
    await expect(shipping.arrange.call(known, attempt())).resolves.toMatchObject({ kind: 'booked' });
  });

  it('refuses a tracking number that is another shipment’s', async () => {
    const [taken, other] = [shipping.order(), shipping.order()];
    const [arranged] = await arrange(taken);
    await shipping.unitOfWork.run(() => shipping.arrange.begin([other]));
    const { trackingNumber } = (arranged as ShippingArranged).data;
    const answer = { kind: 'booked' as const, carrier: 'sandbox', trackingNumber };
    await expect(
      shipping.unitOfWork.run(() => shipping.arrange.record([{ command: other, answer }])),
    ).rejects.toThrow('cannot be booked');
    expect(await shipping.row(other.data.shipmentId)).toMatchObject({ status: 'requested' });
  });

  it('can be asked for outside a saga, and then publishes its event', async () => {
    const command = shipping.order();
    await shipping.commandBus.execute(command);
    expect(shipping.events).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining(command.data) as unknown }),
    );
    await expect(shipping.commandBus.execute(shipping.order('REJECT'))).rejects.toMatchObject({
      code: 'SHIPPING.UNDELIVERABLE',
    });
  });
});

describe('cancelling a shipment', () => {
  it('takes the booking back', async () => {
    const command = shipping.order();
    await arrange(command);
    const cancelled: unknown = await shipping.commandBus.execute(cancellationOf(command));
    expect(cancelled).toMatchObject({ data: { ...command.data, wasBooked: true } });
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({ status: 'cancelled' });
    expect(await shipping.bookings(command.data.shipmentId)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('succeeds again when it is repeated', async () => {
    const command = shipping.order();
    await arrange(command);
    const first: unknown = await shipping.commandBus.execute(cancellationOf(command));
    expect(await shipping.commandBus.execute(cancellationOf(command))).toEqual(first);
  });

  it('is safe when nothing was booked, and then nothing can be booked any more', async () => {
    const command = shipping.order();
    expect(await shipping.commandBus.execute(cancellationOf(command))).toMatchObject({
      data: { wasBooked: false },
    });
    await expect(shipping.commandBus.execute(command)).rejects.toMatchObject({ code: 'SHIPPING.CANCELLED' });
    expect(await shipping.bookings(command.data.shipmentId)).toEqual([]);
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({
      status: 'cancelled',
      receiver_name: null,
    });
  });

  it('does not resurrect the shipment when the booking’s answer is recorded late', async () => {
    const command = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    const answer = await shipping.arrange.call(command, attempt());
    await shipping.commandBus.execute(cancellationOf(command));
    const [outcome] = await shipping.unitOfWork.run(() => shipping.arrange.record([{ command, answer }]));
    expect(outcome).toMatchObject({ code: 'SHIPPING.CANCELLED' });
    expect(await shipping.row(command.data.shipmentId)).toMatchObject({ status: 'cancelled' });
  });

  it('is refused once the carrier has the parcel', async () => {
    const command = shipping.order();
    const [arranged] = await arrange(command);
    await shipping.tell('shipment.in_transit', (arranged as ShippingArranged).data);
    await expect(shipping.commandBus.execute(cancellationOf(command))).rejects.toMatchObject({
      code: 'SHIPPING.TOO_LATE_TO_CANCEL',
    });
    expect(await shipping.bookings(command.data.shipmentId)).toMatchObject([{ status: 'booked' }]);
  });

  it('knows after a lost answer whether it came about', async () => {
    const command = shipping.order();
    const cancellation = cancellationOf(command);
    await arrange(command);
    expect(await shipping.cancel.resolve(cancellation, attempt())).toBeNull();
    await shipping.cancel.call(cancellation, attempt());
    expect(await shipping.cancel.resolve(cancellation, attempt())).toEqual({
      kind: 'cancelled',
      wasBooked: true,
    });
  });
});

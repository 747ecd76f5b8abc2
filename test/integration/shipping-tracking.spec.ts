import { v7 } from 'uuid';
import type { Message } from '../../src/platform/messaging/message.js';
import type { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import {
  ShipmentDelivered,
  ShipmentFailed,
  ShipmentInTransit,
  type ShippingArranged,
} from '../../src/shipping/contracts/shipping-events.js';
import { eventually } from '../support/eventually.js';
import { attempt, startShippingApp, type ShippingApp } from './shipping-app.js';

const kinds = { ShipmentInTransit, ShipmentDelivered, ShipmentFailed };

/** What was published about a shipment's parcel, oldest first. */
function toldOf(app: ShippingApp, shipmentId: string): string[] {
  const about = ({ data }: Message<unknown>) => (data as { shipmentId?: string }).shipmentId === shipmentId;
  return app.events.filter(about).flatMap((event) => {
    const name = Object.entries(kinds).find(([, kind]) => event instanceof kind)?.[0];
    return name ? [name] : [];
  });
}

describe('a webhook of the carrier', () => {
  let shipping: ShippingApp;
  beforeAll(async () => {
    shipping = await startShippingApp();
  });
  afterAll(() => shipping.close());

  async function booked() {
    const command = shipping.order();
    const { data } = await shipping.commandBus.execute<ArrangeShipping, ShippingArranged>(command);
    return data;
  }

  const statusOf = async (shipmentId: string) => (await shipping.row(shipmentId))?.status;
  const told = (shipmentId: string) => toldOf(shipping, shipmentId);

  it('moves the shipment and publishes what happened', async () => {
    const { shipmentId, orderId, trackingNumber } = await booked();
    expect((await shipping.tell('shipment.in_transit', { trackingNumber })).status).toBe(200);
    expect(await statusOf(shipmentId)).toBe('in_transit');
    await shipping.tell('shipment.delivered', { trackingNumber });
    expect(await statusOf(shipmentId)).toBe('delivered');
    expect(told(shipmentId)).toEqual(['ShipmentInTransit', 'ShipmentDelivered']);
    const delivered = shipping.events.find((event) => event instanceof ShipmentDelivered);
    expect(delivered?.data).toEqual({ shipmentId, orderId, trackingNumber });
  });

  it('changes nothing the second time', async () => {
    const { shipmentId, trackingNumber } = await booked();
    const id = v7();
    for (let i = 0; i < 2; i++) {
      expect((await shipping.tell('shipment.in_transit', { trackingNumber }, id)).status).toBe(200);
    }
    await shipping.tell('shipment.in_transit', { trackingNumber });
    expect(told(shipmentId)).toEqual(['ShipmentInTransit']);
  });

  it('never leads back when it comes late', async () => {
    const { shipmentId, trackingNumber } = await booked();
    await shipping.tell('shipment.delivered', { trackingNumber });
    for (const type of ['shipment.in_transit', 'shipment.failed']) {
      expect((await shipping.tell(type, { trackingNumber })).status).toBe(200);
    }
    expect(await statusOf(shipmentId)).toBe('delivered');
    expect(told(shipmentId)).toEqual(['ShipmentDelivered']);
  });

  it('tells of a parcel that could not be delivered', async () => {
    const { shipmentId, trackingNumber } = await booked();
    await shipping.tell('shipment.failed', { trackingNumber });
    expect(await statusOf(shipmentId)).toBe('failed');
    expect(told(shipmentId)).toEqual(['ShipmentFailed']);
  });

  it('is kept when it comes before the booking is recorded', async () => {
    const command = shipping.order();
    const { shipmentId } = command.data;
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    const answer = await shipping.arrange.call(command, attempt());
    const [booking] = await shipping.bookings(shipmentId);
    await shipping.tell('shipment.in_transit', { trackingNumber: booking!.tracking_number });
    expect(await statusOf(shipmentId)).toBe('requested');

    await shipping.unitOfWork.run(() => shipping.arrange.record([{ command, answer }]));
    expect(await statusOf(shipmentId)).toBe('in_transit');
    expect(told(shipmentId)).toEqual(['ShipmentInTransit']);
  });

  it('and the booking’s record never miss each other when they meet', async () => {
    for (let round = 0; round < 20; round++) {
      const command = shipping.order();
      await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
      const answer = await shipping.arrange.call(command, attempt());
      const [booking] = await shipping.bookings(command.data.shipmentId);
      const trackingNumber = booking!.tracking_number;
      await Promise.all([
        shipping.unitOfWork.run(() => shipping.arrange.record([{ command, answer }])),
        shipping.tell('shipment.delivered', { trackingNumber }),
      ]);
      expect(await statusOf(command.data.shipmentId)).toBe('delivered');
      expect(told(command.data.shipmentId)).toEqual(['ShipmentDelivered']);
    }
  });

  it('does not wake a cancelled shipment', async () => {
    const { shipmentId, trackingNumber } = await booked();
    await shipping.dataSource.query(`UPDATE shipping.shipment SET status = 'cancelled' WHERE id = $1`, [
      shipmentId,
    ]);
    expect((await shipping.tell('shipment.delivered', { trackingNumber })).status).toBe(200);
    expect(await statusOf(shipmentId)).toBe('cancelled');
    expect(told(shipmentId)).toEqual([]);
  });

  it.each([
    ['shipment.delivered', { trackingNumber: 'NOBODY-KNOWS-IT' }],
    ['shipment.lost_at_sea', { depth: 4000 }],
    ['constructor', {}],
  ])('is stored and answered 200 when it is %s of %j', async (type, data) => {
    const id = v7();
    expect((await shipping.tell(type, data, id)).status).toBe(200);
    const stored = await shipping.dataSource.query<{ type: string }[]>(
      `SELECT type FROM platform.webhook_event WHERE source = 'carrier' AND id = $1`,
      [id],
    );
    expect(stored).toEqual([{ type }]);
  });

  it('says where it lacks its tracking number', async () => {
    const answer = await shipping.tell('shipment.delivered', { parcel: 'SBX1' });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer: '/data/trackingNumber' }]);
  });

  it('is refused without its signature', async () => {
    const { shipmentId, trackingNumber } = await booked();
    const createdAt = new Date().toISOString();
    const body = { id: v7(), type: 'shipment.delivered', createdAt, data: { trackingNumber } };
    const answer = await shipping.http.post('/v1/webhooks/carrier', body, {
      headers: { 'webhook-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` },
    });
    expect(answer.status).toBe(401);
    expect(await statusOf(shipmentId)).toBe('booked');
  });
});

describe('with tracking on', () => {
  let shipping: ShippingApp;
  beforeAll(async () => {
    shipping = await startShippingApp({
      tracking: true,
      pace: { collectedAfterMs: 100, deliveredAfterMs: 1_500 },
    });
  });
  afterAll(() => shipping.close());

  it('the parcel makes its journey to the receiver', async () => {
    const command = shipping.order();
    await shipping.commandBus.execute(command);
    await eventually(() => {
      expect(toldOf(shipping, command.data.shipmentId)).toEqual(['ShipmentInTransit', 'ShipmentDelivered']);
    });
    expect((await shipping.row(command.data.shipmentId))?.status).toBe('delivered');
  });

  it('the journey is called off with the booking', async () => {
    const command = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    const { shipmentId: reference } = command.data;
    await shipping.arrange.call(command, attempt());
    await shipping.dataSource.query(
      `UPDATE sandbox.booking SET collected_at = now() + interval '1 hour' WHERE reference = $1`,
      [reference],
    );
    const planned = () =>
      shipping.dataSource.query(
        `SELECT w.id FROM sandbox.webhook w JOIN sandbox.booking b ON w.id = ANY(b.journey) WHERE b.reference = $1`,
        [reference],
      );
    expect(await planned()).not.toEqual([]);
    await shipping.carrier.cancel({ reference, signal: attempt().signal });
    expect(await planned()).toEqual([]);
  });

  it('a parcel that was collected is not given back', async () => {
    const command = shipping.order();
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    const { shipmentId: reference } = command.data;
    await shipping.arrange.call(command, attempt());
    await shipping.dataSource.query(`UPDATE sandbox.booking SET collected_at = now() WHERE reference = $1`, [
      reference,
    ]);
    expect(await shipping.carrier.cancel({ reference, signal: attempt().signal })).toMatchObject({
      kind: 'refused',
      code: 'SHIPPING.TOO_LATE_TO_CANCEL',
    });
    expect(await shipping.bookings(reference)).toMatchObject([{ status: 'booked' }]);
  });
});

import { verifyDefinition } from '../definition/index.js';
import {
  ShipmentDelivered,
  ShipmentFailed,
  ShipmentInTransit,
} from '../../shipping/contracts/shipping-events.js';
import { hangs, Rehearsal, succeeds } from '../testing/index.js';
import { orderTrackingV1 } from './order-tracking.v1.js';

const day = 24 * 60 * 60 * 1_000;
const orderId = '01890000-0000-7000-8000-000000000001';
const parcel = { orderId, shipmentId: '01890000-0000-7000-8000-000000000002', trackingNumber: 'T-1' };

const track = () => new Rehearsal(orderTrackingV1, { orderId }).otherwiseSucceeding().run();

describe('order-tracking', () => {
  it('verifies clean', () => {
    const handlers = new Map([
      ['orders.mark-shipped.v1', 'local'],
      ['orders.mark-delivered.v1', 'local'],
    ] as const);
    expect(verifyDefinition(orderTrackingV1, handlers)).toEqual([]);
  });

  it('begins with a wait, and does nothing but wait between the carrier’s words', () => {
    const saga = track();
    expect(saga.row).toMatchObject({ status: 'waiting', runnable: false, currentStep: 'await-collection' });
    saga.advance(20 * day).event(ShipmentInTransit, parcel);
    expect(saga.told).toEqual(['mark-shipped']);
    expect(saga.row).toMatchObject({ status: 'waiting', runnable: false, currentStep: 'await-delivery' });
    saga.advance(60 * day).event(ShipmentDelivered, parcel);

    expect(saga.told).toEqual(['mark-shipped', 'mark-delivered']);
    expect(saga.row.status).toBe('completed');
  });

  it('takes a parcel for collected that is delivered, and minds no word that comes after it', () => {
    const saga = track().event(ShipmentDelivered, parcel).event(ShipmentInTransit, parcel);

    expect(saga.told).toEqual(['mark-shipped', 'mark-delivered']);
    expect(saga.heard.map(({ as }) => as)).toEqual(['applied', 'ignored']);
    expect(saga.row.status).toBe('completed');
  });

  it('does not lose that a parcel is delivered while its order is being marked as shipped', () => {
    const saga = new Rehearsal(orderTrackingV1, { orderId }).when('mark-shipped', hangs());
    saga.otherwiseSucceeding().run().event(ShipmentInTransit, parcel).event(ShipmentDelivered, parcel);
    expect(saga.heard.at(-1)?.as).toBe('kept');

    saga.answer(succeeds());
    expect(saga.told).toEqual(['mark-shipped', 'mark-delivered']);
    expect(saga.row.status).toBe('completed');
  });

  it('waits on when the carrier could not deliver', () => {
    const saga = track().event(ShipmentInTransit, parcel).event(ShipmentFailed, parcel);

    expect(saga.row.status).toBe('waiting');
    expect(saga.event(ShipmentDelivered, parcel).row.status).toBe('completed');
  });

  it('ends in the end when nothing is ever heard, and leaves the order as it is', () => {
    const saga = track().finish();

    expect(saga.now).toBe('2026-01-31T00:00:00.000Z');
    expect(saga.told).toEqual([]);
    expect(saga.row.status).toBe('completed');
  });

  it('goes through thirty days of waiting, a segment a day, in less than a second', () => {
    const begun = performance.now();
    const saga = track()
      .advance(day)
      .event(ShipmentInTransit, parcel)
      .advance(29 * day);
    expect(saga.segments).toBe(31);
    saga.event(ShipmentDelivered, parcel);

    expect(saga.told).toEqual(['mark-shipped', 'mark-delivered']);
    expect(saga.row.status).toBe('completed');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('ends three months after the last word of a parcel that never arrives', () => {
    const begun = performance.now();
    const saga = track().advance(day).event(ShipmentInTransit, parcel).finish();

    expect(saga.now).toBe('2026-04-02T00:00:00.000Z');
    expect(saga.told).toEqual(['mark-shipped']);
    expect(saga.row.status).toBe('completed');
    // A segment a day, all of which is folded anew at each step of the rehearsal.
    expect(saga.segments).toBe(92);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

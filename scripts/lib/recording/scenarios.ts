import type { Entry } from '../../../src/saga/engine/entries.js';
import type { RecordingShop, Wishes } from './recording-shop.js';

/** Plays one saga to where it is to be recorded. */
export type Play = (shop: RecordingShop) => Promise<readonly Entry[]>;

const minute = 60_000;
const day = 24 * 60 * minute;
/** Above what a person reviews. */
const expensive: Wishes = { sku: 'SKU-4', quantity: 1 };

const fulfillment = 'order-fulfillment';
const has =
  (...kinds: Entry['kind'][]) =>
  (entries: readonly Entry[]) =>
    kinds.every((kind) => entries.some((entry) => entry.kind === kind));

/** An order with these wishes, until its saga stands so. */
const order =
  (
    status: string,
    wishes: Wishes = {},
    then: (shop: RecordingShop, id: string) => Promise<unknown> = () => Promise.resolve(),
    options: Parameters<RecordingShop['until']>[3] = {},
  ): Play =>
  async (shop) => {
    const id = await shop.place(wishes);
    await then(shop, id);
    return shop.until(fulfillment, id, status, options);
  };

const reviewed = (shop: RecordingShop, id: string) => shop.until(fulfillment, id, 'waiting');

const approve = async (shop: RecordingShop, id: string) => {
  await reviewed(shop, id);
  await shop.post(`/v1/orders/${id}/approve`, 'operator', { reason: 'for the record' });
};

/** The ways of an order, for every version of `order-fulfillment`. */
export const ofFulfillment: Readonly<Record<string, Play>> = {
  'went-through': order('completed'),
  rejected: order('compensated', { currency: 'USD' }),
  'out-of-stock': order('compensated', { sku: 'SKU-5', quantity: 4 }, approve),
  declined: order('compensated', { paymentMethod: 'pm_card_declined' }),
  undeliverable: order('compensated', { postalCode: 'REJECT' }),
  'lost-answer': order('completed', { paymentMethod: 'pm_card_lost_answer' }, undefined, {
    advanceMs: 1_000,
  }),
  'failed-twice': order('completed', { paymentMethod: 'pm_card_flaky' }, undefined, { advanceMs: 1_000 }),
  'lost-booking': order('completed', { postalCode: 'LOST' }, undefined, { advanceMs: 1_000 }),
  'confirmed-later': order('completed', { paymentMethod: 'pm_card_bank', postalCode: 'LATER' }),
  'waiting-for-review': order('waiting', expensive),
  approved: order('completed', expensive, approve),
  'declined-by-staff': order('compensated', expensive, async (shop, id) => {
    await reviewed(shop, id);
    await shop.post(`/v1/orders/${id}/decline`, 'operator', { reason: 'for the record' });
  }),
  'not-reviewed-in-time': order('compensated', expensive, async (shop, id) => {
    await reviewed(shop, id);
    await shop.advance(3 * day + minute);
  }),
  cancelled: order('compensated', expensive, async (shop, id) => {
    await reviewed(shop, id);
    await shop.post(`/v1/orders/${id}/cancel`, 'client', { reason: 'for the record' });
  }),
  paused: order('paused', expensive, async (shop, id) => {
    await reviewed(shop, id);
    await shop.act(id, 'pause');
  }),
  'parked-in-compensation': order(
    'parked',
    { paymentMethod: 'pm_card_refund_fails', postalCode: 'REJECT' },
    undefined,
    { advanceMs: minute },
  ),
  'parked-and-continued': order(
    'parked',
    { paymentMethod: 'pm_card_refund_fails', postalCode: 'REJECT' },
    async (shop, id) => {
      await shop.until(fulfillment, id, 'parked', { advanceMs: minute });
      // Its journal continues after a week, with all that has gone wrong so far.
      await shop.advance(8 * day);
    },
    { holds: has('continued') },
  ),
  'parked-and-retried': order(
    'parked',
    { paymentMethod: 'pm_card_refund_fails', postalCode: 'REJECT' },
    async (shop, id) => {
      await shop.until(fulfillment, id, 'parked', { advanceMs: minute });
      await shop.act(id, 'retry');
    },
    {
      advanceMs: minute,
      holds: (entries) =>
        entries.findLastIndex(({ kind }) => kind === 'parked') >
          entries.findIndex(({ kind }) => kind === 'retried') && has('retried')(entries),
    },
  ),
  'settled-by-hand': order(
    'compensated',
    { paymentMethod: 'pm_card_refund_fails', postalCode: 'REJECT' },
    async (shop, id) => {
      const entries = await shop.until(fulfillment, id, 'parked', { advanceMs: minute });
      const charged = entries.find(
        (entry) => entry.kind === 'succeeded' && entry.unit.name === 'charge-payment',
      );
      const { paymentId } = (charged as { result: { paymentId: string } }).result;
      await shop.act(id, 'skip', { result: { paymentId, orderId: id, amount: 3_780, currency: 'EUR' } });
    },
  ),
  terminated: order('terminated', expensive, async (shop, id) => {
    await reviewed(shop, id);
    await shop.act(id, 'terminate');
  }),
};

/** Those of a confirmed order's tracking. */
export const ofTracking: Readonly<Record<string, Play>> = {
  'waiting-for-collection': async (shop) => shop.until('order-tracking', await shop.place(), 'waiting'),
  'rolled-over': async (shop) => {
    const id = await shop.place();
    await shop.until('order-tracking', id, 'waiting');
    await shop.advance(day + minute);
    return shop.until('order-tracking', id, 'waiting', { holds: has('continued') });
  },
  'never-heard-of': async (shop) => {
    const id = await shop.place();
    await shop.until('order-tracking', id, 'waiting');
    await shop.advance(31 * day);
    return shop.until('order-tracking', id, 'completed');
  },
};

/** With a carrier that sends its parcels on their journey. */
export const ofJourneys: Readonly<Record<string, Play>> = {
  delivered: async (shop) => shop.until('order-tracking', await shop.place(), 'completed'),
};

const late =
  (definition: string, wishes: Wishes, step: string): Play =>
  async (shop) => {
    const id = await shop.place(wishes);
    const entries = await shop.until(fulfillment, id, 'compensated');
    const intent = entries.find((entry) => entry.kind === 'intended' && entry.unit.name === step);
    await shop.start(definition, id, (intent as { reference: string }).reference);
    return shop.until(definition, id, 'completed');
  };

export const ofLateCharges: Readonly<Record<string, Play>> = {
  'given-back': late('return-late-charge', { paymentMethod: 'pm_card_declined' }, 'charge-payment'),
};

export const ofLateBookings: Readonly<Record<string, Play>> = {
  'taken-back': late('cancel-late-booking', { postalCode: 'REJECT' }, 'arrange-shipping'),
};

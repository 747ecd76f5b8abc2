import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client.js';
import type { Order, Problem, TimelineItem } from './contract.js';
import { anOrder, mistakes, type OrderWishes, Shop } from './shop.js';

const unknownOrder = '/v1/orders/01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const reason = { reason: 'I have changed my mind.' };

describe('changing orders', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ REVIEW_ABOVE: '50000' });
  }, 60_000);
  afterAll(() => shop.close());

  /** An order that waits for a person, and so stays pending for as long as a test wants. */
  const placeWaiting = async (wishes: OrderWishes = {}) => {
    const { id } = await shop.place({ lines: [{ sku: 'SKU-4', quantity: 1 }], ...wishes });
    return shop.until(async () => {
      const order = await shop.order(id);
      expect(order.fulfillment).toMatchObject({ status: 'waiting', currentStep: 'review-order' });
      return order;
    });
  };
  const patch = <Body = Order>(
    { id, version }: Order,
    postalCode: string,
    match = `"${version}"`,
  ): Promise<HttpAnswer<Body>> => {
    const { shippingAddress } = anOrder({ postalCode });
    return shop.client.patch<Body>(
      `/v1/orders/${id}`,
      { shippingAddress },
      { headers: { 'If-Match': match } },
    );
  };
  const cancel = <Body = Order>({ id }: Order) => shop.client.post<Body>(`/v1/orders/${id}/cancel`, reason);
  const decide = <Body = Order>({ id }: Order, decision: 'approve' | 'decline') =>
    shop.operator.post<Body>(`/v1/orders/${id}/${decision}`, { reason: 'Called the customer.' });
  const timeline = async ({ id }: Order) =>
    (await shop.succeed(shop.client.get<{ items: TimelineItem[] }>(`/v1/orders/${id}/timeline`))).items;

  describe('the address', () => {
    it('changes until the carrier has been asked, who then gets the new one', async () => {
      const order = await placeWaiting({ postalCode: 'REJECT' });
      const { status, body } = await patch(order, '20095');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'pending',
        version: order.version + 1,
        shippingAddress: { postalCode: '20095' },
      });
      await decide(order, 'approve');
      expect((await shop.settled(order.id)).status).toBe('confirmed');
    });

    it('changes for the worse, too', async () => {
      const order = await placeWaiting();
      await patch(order, 'REJECT');
      await decide(order, 'approve');
      expect(await shop.settled(order.id)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'SHIPPING.UNDELIVERABLE' },
      });
    });

    it('is what the carrier gets exactly when the change was taken, however it races the steps', async () => {
      const orders = await Promise.all(Array.from({ length: 12 }, () => placeWaiting()));
      const answers = await Promise.all(
        orders.map(async (order, n) => {
          // Each a little later than the one before, so that they meet the saga at every step of its way.
          const approved = decide(order, 'approve');
          for (let questions = 0; questions < n; questions++) await shop.order(order.id);
          const { status } = await patch<unknown>(order, 'REJECT');
          await approved;
          return status;
        }),
      );
      expect(answers.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      for (const [n, order] of orders.entries()) {
        const settled = await shop.settled(order.id);
        expect(settled.status).toBe(answers[n] === 200 ? 'cancelled' : 'confirmed');
        const { postalCode } = settled.shippingAddress;
        expect(postalCode).toBe(answers[n] === 200 ? 'REJECT' : order.shippingAddress.postalCode);
      }
    }, 60_000);

    it('does not change for somebody who has seen an older version', async () => {
      const order = await placeWaiting();
      await patch(order, '20095');
      const answer = await patch<Problem>(order, '80331');
      expect(answer).toMatchObject({ status: 412, body: { code: 'HTTP.PRECONDITION_FAILED' } });
      expect((await shop.order(order.id)).shippingAddress.postalCode).toBe('20095');
    });

    it('does not change once the parcel is the carrier’s, whatever version was seen', async () => {
      const order = await shop.settle();
      for (const match of [`"${order.version}"`, '"1"']) {
        const answer = await patch<Problem>(order, '20095', match);
        expect(answer).toMatchObject({ status: 409, body: { code: 'ORDERS.TOO_LATE' } });
      }
      expect(await shop.order(order.id)).toEqual(order);
    });

    it('is all that may change', async () => {
      const order = await placeWaiting();
      const body = { customerId: 'c-1', shippingAddress: { ...order.shippingAddress, country: 'Germany' } };
      const headers = { 'If-Match': `"${order.version}"` };
      const answer = await shop.client.patch<Problem>(`/v1/orders/${order.id}`, body, { headers });
      expect(answer.status).toBe(400);
      expect(mistakes(answer)).toEqual(['/customerId UNKNOWN_FIELD', '/shippingAddress/country BAD_FORMAT']);
    });

    it.each(['3', '"three"', 'W/"3"'])('needs a version that can be read, not %s', async (match) => {
      const answer = await patch<Problem>(await shop.place(), '20095', match);
      expect(answer.status).toBe(400);
      expect(mistakes(answer)).toEqual(['/If-Match BAD_FORMAT']);
    });
  });

  describe('cancelling', () => {
    it('an order that waits for a person cancels it, and nothing has happened', async () => {
      const order = await placeWaiting();
      expect((await cancel(order)).status).toBe(202);
      expect(await shop.settled(order.id)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'ORDERS.CANCELLED_BY_CUSTOMER' },
        fulfillment: { status: 'compensated' },
      });
      expect(await shop.payments(order.id)).toEqual([]);
    });

    it('an order that waits for its bank gives stock and money back', async () => {
      const sku = await shop.newProduct();
      const order = await shop.place({ sku, paymentMethod: 'pm_card_bank' });
      await shop.until(async () => expect((await shop.payments(order.id))[0]?.status).toBe('pending'));
      expect((await shop.stock(sku)).reserved).toBe(2);
      expect((await cancel(order)).status).toBe(202);
      expect((await shop.settled(order.id)).status).toBe('cancelled');
      expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
      expect(await shop.netAmounts(order.id)).toEqual({ gateway: 0, ours: 0 });
    }, 60_000);

    it('an order that backs off from a busy gateway cancels it at once', async () => {
      const sku = await shop.newProduct();
      const order = await shop.place({ sku, paymentMethod: 'pm_card_flaky' });
      await shop.until(async () => expect((await shop.payments(order.id))[0]?.status).toBe('pending'));
      expect((await cancel(order)).status).toBe(202);
      expect((await shop.settled(order.id)).status).toBe('cancelled');
      expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
      expect(await shop.netAmounts(order.id)).toEqual({ gateway: 0, ours: 0 });
    });

    it('while the carrier books lapses when the booking succeeds, and the timeline says so', async () => {
      await shop.setFaults({ latencyMs: 1_500 });
      const order = await shop.place();
      await shop.until(async () => expect(await shop.shipments(order.id)).toHaveLength(1));
      const answer = await cancel(order);
      await shop.setFaults({ latencyMs: 0 });
      expect(answer.status).toBe(202);
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      const kinds = (await timeline(order)).map(({ kind }) => kind);
      expect(kinds.indexOf('cancel-requested')).toBeGreaterThan(0);
      expect(kinds.indexOf('cancel-lapsed')).toBeGreaterThan(kinds.indexOf('cancel-requested'));
      expect((await shop.netAmounts(order.id)).gateway).toBe(order.totalAmount);
    }, 60_000);

    it('twice is cancelling once', async () => {
      const order = await placeWaiting();
      expect((await cancel(order)).status).toBe(202);
      expect((await cancel(order)).status).toBe(202);
      const cancelled = await shop.settled(order.id);
      expect((await cancel(order)).status).toBe(202);
      expect(await shop.order(order.id)).toEqual(cancelled);
      const requests = (await timeline(order)).filter(({ kind }) => kind === 'cancel-requested');
      expect(requests).toHaveLength(1);
    });

    it.each<[string, OrderWishes]>([
      ['confirmed', {}],
      ['rejected', { sku: 'SKU-6' }],
    ])('an order that is %s is too late', async (status, wishes) => {
      const order = await shop.settle(wishes);
      expect(order.status).toBe(status);
      expect(await cancel<Problem>(order)).toMatchObject({ status: 409, body: { code: 'ORDERS.TOO_LATE' } });
      expect(await shop.order(order.id)).toEqual(order);
    });

    it('needs a reason, and an order', async () => {
      const order = await placeWaiting();
      const answer = await shop.client.post<Problem>(`/v1/orders/${order.id}/cancel`, {});
      expect(answer.status).toBe(400);
      expect(mistakes(answer)).toEqual(['/reason REQUIRED']);
      const none = await shop.client.post<Problem>(`${unknownOrder}/cancel`, reason);
      expect(none).toMatchObject({ status: 404, body: { code: 'ORDERS.NOT_FOUND' } });
    });
  });

  describe('reviewing', () => {
    it('lets an order above the limit go on when it is approved', async () => {
      const order = await placeWaiting();
      expect(await shop.payments(order.id)).toEqual([]);
      const answer = await decide(order, 'approve');
      expect(answer.status).toBe(202);
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      expect((await timeline(order)).map(({ step }) => step)).toContain('review-order');
    });

    it('cancels it when it is declined', async () => {
      const order = await placeWaiting();
      expect((await decide(order, 'decline')).status).toBe(202);
      expect(await shop.settled(order.id)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'ORDERS.DECLINED' },
      });
      expect(await shop.payments(order.id)).toEqual([]);
    });

    it('is decided once, and only while it waits', async () => {
      const order = await placeWaiting();
      await decide(order, 'approve');
      const small = await shop.settle();
      for (const each of [order, small]) {
        for (const decision of ['approve', 'decline'] as const) {
          const answer = await decide<Problem>(each, decision);
          expect(answer).toMatchObject({ status: 409, body: { code: 'ORDERS.NOT_WAITING_FOR_REVIEW' } });
        }
      }
      expect((await shop.settled(order.id)).status).toBe('confirmed');
    });

    it('is not needed at the limit itself', async () => {
      const sku = await shop.newProduct({ unitAmount: 25_000 });
      expect(await shop.settle({ sku })).toMatchObject({ status: 'confirmed', totalAmount: 50_000 });
    });
  });

  it('erasing what is personal spares orders that still run until they end, and is done once', async () => {
    const customerId = `c-${randomUUID()}`;
    const finished = await shop.settle({ customerId });
    const running = await placeWaiting({ customerId });
    const erase = () =>
      shop.supervisor.delete<{ erased: number }>(`/v1/customers/${customerId}/personal-data`);
    expect(await erase()).toMatchObject({ status: 200, body: { erased: 1, whenFinished: 1 } });
    expect((await erase()).body).toEqual({ erased: 0, whenFinished: 1 });
    expect((await shop.order(finished.id)).shippingAddress).toBeNull();
    expect((await shop.order(running.id)).shippingAddress).toEqual(running.shippingAddress);
    await decide(running, 'decline');
    await shop.settled(running.id);
    expect((await shop.order(running.id)).shippingAddress).toBeNull();
    expect((await erase()).body).toEqual({ erased: 0, whenFinished: 0 });
  });
});

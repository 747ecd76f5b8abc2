import type { HttpAnswer } from '../support/http-client.js';
import type { Order, Page, Problem, Saga, SagaAction, TimelineItem } from './contract.js';
import { mistakes, Shop } from './shop.js';

const LONG = 120_000;
const reason = 'Fraud suspected by Ann; the bank pays.';
const stuckRefund = { postalCode: 'REJECT', paymentMethod: 'pm_card_refund_fails' };

interface Report {
  readonly violations: readonly { readonly orderId: string | null }[];
}

describe('supervisors', () => {
  let shop: Shop;
  let sku: string;
  beforeAll(async () => {
    shop = await Shop.open();
    sku = await shop.newProduct();
  }, LONG);
  afterAll(() => shop.close());

  const act = <Body = SagaAction>(
    saga: { id: string },
    action: string,
    body = {},
  ): Promise<HttpAnswer<Body>> =>
    shop.supervisor.post<Body>(`/v1/admin/sagas/${saga.id}/${action}`, { reason, ...body });
  const tell = async (saga: { id: string }, action: string, body = {}) =>
    (await shop.succeed(act(saga, action, { dryRun: true, ...body }))).consequences;
  /** What backs off is called now and then, and cannot be overridden just then. */
  const insist = (saga: { id: string }, action: string, body = {}) =>
    shop.until(async () => {
      const answer = await act(saga, action, body);
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    });
  const compensationOf = (saga: Saga, step: string) =>
    saga.steps.find(({ name }) => name === step)?.compensation;
  const refundFails = ({ id }: Order) =>
    shop.until(async () => {
      const saga = await shop.saga(id);
      expect(compensationOf(saga, 'charge-payment')?.status).toBe('retrying');
      expect(compensationOf(saga, 'commit-inventory')?.status).toBe('succeeded');
      return saga;
    });
  /** Everything that a customer may read of an order. */
  const seenByCustomer = async ({ id }: Order) => {
    const path = `/v1/orders/${id}/timeline`;
    const { items } = await shop.succeed(shop.client.get<Page<TimelineItem>>(path));
    return JSON.stringify([await shop.order(id), items]);
  };
  const findings = async ({ id }: Order) => {
    const { violations } = await shop.succeed(shop.operator.post<Report>('/v1/admin/invariants/check', {}));
    return violations.filter(({ orderId }) => orderId === id);
  };

  it(
    'read what an action would mean in money and goods before they take it',
    async () => {
      const saga = await refundFails(await shop.place({ sku, ...stuckRefund }));
      expect(await tell(saga, 'retry')).toEqual([
        'undoes charge-payment again, under the same reference: refunds 20.00 EUR',
      ]);
      expect(await tell(saga, 'terminate')).toEqual([
        'abandons the effect of charge-payment: nobody refunds 20.00 EUR',
        'tells the business that it was terminated, and ends with that',
      ]);
      await shop.setFaults({ carrier: 'down' });
      const order = await shop.place({ sku });
      const unshipped = await shop.until(async () => {
        const seen = await shop.saga(order.id);
        expect(seen.failedStep).toBe('arrange-shipping');
        return seen;
      });
      const told = await shop.until(() => tell(unshipped, 'compensate'));
      await shop.setFaults({ carrier: 'up' });
      expect(told).toEqual([
        'undoes arrange-shipping: cancels the booking with the carrier, if there is one',
        `undoes commit-inventory: returns 2 × ${sku}`,
        'undoes charge-payment: refunds 20.00 EUR',
        `undoes reserve-inventory: releases 2 × ${sku}`,
        'ends compensated',
      ]);
    },
    LONG,
  );

  it(
    'terminate what cannot be undone: the order ends cancelled, and what is left is named',
    async () => {
      const order = await shop.place({ sku, ...stuckRefund });
      const saga = await refundFails(order);
      expect(saga).toMatchObject({ failedStep: 'arrange-shipping', failedIndex: 5 });
      expect(saga.summary).toMatch(
        /^order-fulfillment v2 failed at arrange-shipping \(step 6 of 7\): .*; 1 compensation failed$/,
      );

      const { abandoned } = await insist(saga, 'terminate');
      expect(abandoned).toMatchObject([{ step: 'charge-payment', by: 'demo-supervisor', reason }]);
      expect(await shop.settled(order.id)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'SAGA.TERMINATED', message: 'It was ended by our staff.' },
      });
      await shop.until(async () => expect((await shop.saga(order.id)).status).toBe('terminated'));
      expect((await shop.saga(order.id)).cause?.chain[0]).toMatch(/^Rejection: /);
      expect((await shop.netAmounts(order.id)).gateway).toBe(order.totalAmount);
      expect(await seenByCustomer(order)).not.toContain('Ann');
      expect(await findings(order)).toEqual([]);
    },
    LONG,
  );

  it(
    'settle a refund outside: the saga ends compensated, and the gateway is left alone',
    async () => {
      const order = await shop.place({ sku, ...stuckRefund });
      await insist(await refundFails(order), 'skip', { result: { transfer: '4711' } });
      expect(await shop.settled(order.id)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'SHIPPING.UNDELIVERABLE' },
      });
      await shop.until(async () => expect((await shop.saga(order.id)).status).toBe('compensated'));
      expect((await shop.charges(order.id))[0]?.refundedAmount).toBe(0);
      expect(await findings(order)).toEqual([]);
    },
    LONG,
  );

  it(
    'give the outcome of a charge that they have looked up, and the order goes on',
    async () => {
      await shop.setFaults({ payments: 'down' });
      const order = await shop.place({ sku });
      const saga = await shop.until(async () => {
        const seen = await shop.saga(order.id);
        expect(seen.failedStep).toBe('charge-payment');
        return seen;
      });
      const { paymentMethod: _method, ...charge } = saga.steps[3]!.input!;
      const misfit = await shop.until(async () => {
        const answer = await act<Problem>(saga, 'skip', { result: { ...charge, amount: '20.00' } });
        expect(answer.status).toBe(422);
        return answer;
      });
      expect(mistakes(misfit)).toEqual(['/result/amount WRONG_TYPE', '/result/gatewayReference REQUIRED']);

      await insist(saga, 'skip', { result: { ...charge, gatewayReference: 'seen at the gateway' } });
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      expect(await shop.bookings(order.id)).toHaveLength(1);
      expect(await findings(order)).toEqual([]);
      await shop.setFaults({ payments: 'up' });
    },
    LONG,
  );

  it(
    'keep their reasons from customers, as do operators who turn an order back',
    async () => {
      await shop.setFaults({ payments: 'down' });
      const order = await shop.place({ sku });
      const saga = await shop.until(async () => {
        const seen = await shop.saga(order.id);
        expect(seen.failedStep).toBe('charge-payment');
        return seen;
      });
      await insist(saga, 'compensate');
      await shop.setFaults({ payments: 'up' });
      expect((await shop.settled(order.id)).failure).toEqual({
        code: 'SAGA.COMPENSATED_BY_OPERATOR',
        message: 'It was stopped by our staff.',
      });
      expect((await shop.saga(order.id)).cause?.message).toBe(reason);
      const seen = await seenByCustomer(order);
      expect(seen).not.toMatch(/Ann|RetryableError|Error:| at .*\.js/);
    },
    LONG,
  );
});

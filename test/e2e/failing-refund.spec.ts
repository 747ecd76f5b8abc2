import type { JournalEntry, Order } from './contract.js';
import { OperatorsDesk } from './operators-desk.js';
import { Shop } from './shop.js';

const LONG = 120_000;

describe('a refund that keeps failing', () => {
  let shop: Shop;
  let desk: OperatorsDesk;
  let sku: string;
  let order: Order;
  beforeAll(async () => {
    shop = await Shop.open({ LEASE_SECONDS: '3600' }, true);
    desk = new OperatorsDesk(shop);
    sku = await shop.newProduct();
    order = await shop.place({ sku, postalCode: 'REJECT', paymentMethod: 'pm_card_refund_fails' });
  }, LONG);
  afterAll(() => shop.close());

  const refund = async () =>
    (await shop.saga(order.id)).steps.find(({ name }) => name === 'charge-payment')!.compensation;

  it(
    'is parked after its attempts, raises the alert, and is shown with the money at risk',
    async () => {
      await desk.afterBackOff(60_000, async () =>
        expect(await refund()).toMatchObject({ status: 'parked', attempts: 10 }),
      );
      expect(await shop.saga(order.id)).toMatchObject({
        status: 'parked',
        cause: { step: 'arrange-shipping', code: 'SHIPPING.UNDELIVERABLE' },
        standstill: { kind: 'parked', code: 'BILLING.UNAVAILABLE' },
      });
      expect((await shop.order(order.id)).status).toBe('cancelling');
      expect(await shop.charges(order.id)).toMatchObject([{ refundedAmount: 0 }]);
      expect(await desk.failures()).toMatchObject([
        {
          ...{ step: 'charge-payment', errorCode: 'BILLING.UNAVAILABLE', count: 1 },
          moneyAtRisk: [{ currency: 'EUR', amount: order.totalAmount }],
        },
      ]);
      await shop.until(async () =>
        expect(await desk.alerts()).toEqual(['SagasParked', 'CompensationParked']),
      );
    },
    LONG,
  );

  it(
    'gives the money back exactly once, when an operator lets it go on',
    async () => {
      await shop.setFaults({ payments: 'healed' });
      const { id } = await shop.saga(order.id);
      await desk.act(`sagas/${id}/retry`, { reason: 'The gateway refunds again.' });
      expect((await shop.settled(order.id)).status).toBe('cancelled');
      const late = await shop.operator.post(`/v1/admin/sagas/${id}/retry`, { reason: 'Once more?' });
      expect(late).toMatchObject({ status: 409, body: { code: 'SAGA.ENDED' } });

      const amount = order.totalAmount;
      expect(await shop.charges(order.id)).toMatchObject([{ amount, refundedAmount: amount }]);
      expect(await shop.payments(order.id)).toMatchObject([{ status: 'refunded', refundedAmount: amount }]);
      const journal = await shop.all<JournalEntry>(`/v1/admin/sagas/${id}/journal`);
      const undone = journal.flatMap(({ kind, unit }) =>
        kind === 'succeeded' && unit?.role === 'compensation' ? [unit.name] : [],
      );
      expect(undone).toEqual(['commit-inventory', 'reserve-inventory', 'charge-payment']);
      expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
    },
    LONG,
  );

  it(
    'is over then: no group, an intact audit, clean books',
    async () => {
      expect(await desk.failures()).toEqual([]);
      await desk.auditIsIntact(1);
      await desk.booksAreClean();
    },
    LONG,
  );
});

import type { SagaDefinition } from '../saga/definition/index.js';
import { Rehearsal } from '../saga/testing/index.js';
import { orderFulfillmentV1 } from '../saga/order-fulfillment/order-fulfillment.v1.js';
import { orderFulfillmentV2 } from '../saga/order-fulfillment/order-fulfillment.v2.js';
import { OrderConsequences } from './order-consequences.js';

const orderId = '019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d';
const lines = [
  { sku: 'SKU-1', quantity: 2 },
  { sku: 'SKU-2', quantity: 1 },
];
const input = {
  orderId,
  customerId: 'c-42',
  totalAmount: 4_900,
  currency: 'EUR',
  paymentMethod: 'pm_card_visa',
  lines,
  reviewAbove: 1_000_000,
};
const words = new OrderConsequences();

/** What undoing each step of a fulfillment that has got to its pivot would mean. */
function undoing(definition: SagaDefinition, results: object = {}): Record<string, string | null> {
  const saga = new Rehearsal(definition, input).when('arrange-shipping', { does: 'hang' });
  saga.otherwiseSucceeding({ ...results }).run();
  const open = saga.state.steps.filter(({ undo, action }) => undo && action);
  return Object.fromEntries(
    open.map(({ name, undo, action }) => [name, words.describe({ ...undo!, action: action! })]),
  );
}

describe('the consequences of an action on a fulfillment', () => {
  it('are told in money and goods', () => {
    expect(undoing(orderFulfillmentV2, { 'commit-inventory': { orderId, lines } })).toEqual({
      'reserve-inventory': 'releases 2 × SKU-1, 1 × SKU-2',
      'charge-payment': 'refunds 49.00 EUR',
      'commit-inventory': 'returns 2 × SKU-1, 1 × SKU-2',
    });
    expect(undoing(orderFulfillmentV1)).toEqual({
      'charge-payment': 'refunds 49.00 EUR',
      'reserve-and-commit-inventory': 'returns 2 × SKU-1, 1 × SKU-2',
    });
  });

  it('have words for every command to the outside', () => {
    const external = orderFulfillmentV2.steps.filter(({ kind }) => kind === 'external');
    const charge = {
      paymentId: orderId,
      orderId,
      amount: 4_900,
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
    };
    expect(
      external.map(({ action }) =>
        words.describe({ command: action!.command.wireName, input: charge, action: null }),
      ),
    ).toEqual(['charges 49.00 EUR', 'books the parcel with the carrier']);
  });

  it("are left to the steps' names where nothing better is known", () => {
    expect(words.describe({ command: 'orders.confirm-order.v1', input: {}, action: null })).toBeNull();
    expect(words.describe({ command: 'billing.refund-payment.v1', input: {}, action: null })).toBeNull();
    expect(words.describe({ command: 'constructor', input: {}, action: null })).toBeNull();
  });
});

import { verifyDefinition, type KnownHandlers } from '../definition/index.js';
import { cancelLateBookingV1 } from './cancel-late-booking.v1.js';
import { orderFulfillmentV1 } from './order-fulfillment.v1.js';
import { orderFulfillmentV2 } from './order-fulfillment.v2.js';
import { returnLateChargeV1 } from './return-late-charge.v1.js';

const handlers: KnownHandlers = new Map([
  ['orders.validate-order.v1', 'local'],
  ['orders.confirm-order.v1', 'local'],
  ['orders.begin-cancellation.v1', 'local'],
  ['orders.close-order.v1', 'local'],
  ['inventory.reserve-inventory.v1', 'local'],
  ['inventory.release-reservation.v1', 'local'],
  ['inventory.commit-inventory.v1', 'local'],
  ['inventory.reserve-and-commit-inventory.v1', 'local'],
  ['inventory.return-inventory.v1', 'local'],
  ['billing.charge-payment.v1', 'external'],
  ['billing.refund-payment.v1', 'external'],
  ['shipping.arrange-shipping.v1', 'external'],
  ['shipping.cancel-shipment.v1', 'external'],
]);

describe('the reference definitions', () => {
  it.each([orderFulfillmentV1, orderFulfillmentV2, returnLateChargeV1, cancelLateBookingV1])(
    '$name v$version verifies clean',
    (definition) => {
      expect(verifyDefinition(definition, handlers)).toEqual([]);
    },
  );

  it('take their steps in the order of their version', () => {
    const steps = (definition: typeof orderFulfillmentV1) =>
      definition.steps.map(({ name, phase }) => `${name} ${phase}`);

    expect(steps(orderFulfillmentV1)).toEqual([
      'validate-order compensatable',
      'review-order compensatable',
      'charge-payment compensatable',
      'reserve-and-commit-inventory compensatable',
      'arrange-shipping pivot',
      'confirm-order retriable',
    ]);
    expect(steps(orderFulfillmentV2)).toEqual([
      'validate-order compensatable',
      'review-order compensatable',
      'reserve-inventory compensatable',
      'charge-payment compensatable',
      'commit-inventory compensatable',
      'arrange-shipping pivot',
      'confirm-order retriable',
    ]);
  });

  it.each([orderFulfillmentV1, orderFulfillmentV2])('v$version keeps its timeouts', ({ steps }) => {
    const limits = Object.fromEntries(
      steps.map(({ name, attemptTimeoutMs, heartbeatTimeoutMs }) => [
        name,
        [attemptTimeoutMs, heartbeatTimeoutMs],
      ]),
    );
    expect(limits).toMatchObject({ 'charge-payment': [5_000, null], 'arrange-shipping': [60_000, 5_000] });
  });
});

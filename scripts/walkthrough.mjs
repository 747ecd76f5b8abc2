import { parseArgs } from 'node:util';
import { Failure, orSay } from './lib/ensure.mjs';
import { arrow, heading, money, table, timeline, verdict } from './lib/walkthrough-output.mjs';

/*
 * `npm run walkthrough`: plays the two classic runs against a running server, as a client does it: a good order,
 * and an order with a mistyped card number, which must leave stock and money as they were. Ends with exit code 0
 * only when both went as they should. See docs/walkthrough.md.
 *
 *   --url           where the server is; default http://127.0.0.1 with the port of PORT, or 3000
 *   CLIENT_KEY      key of a client; default demo-client
 *   OPERATOR_KEY    key of an operator, to put the product of the walkthrough on sale; default demo-operator
 */

const SKU = 'WALKTHROUGH';
const PRODUCT = { name: 'Walking boots', unitAmount: 12_900, currency: 'EUR' };
const QUANTITY = 2;

const CARD = { holder: 'Ada Lovelace', expiryMonth: 12, expiryYear: 2099, cvc: '123' };
const GOOD_NUMBER = '4242 4242 4242 4242';
/** One digit is wrong, so the check digit does not fit. */
const MISTYPED_NUMBER = '4242 4242 4242 4241';

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Hauptstraße 1',
  line2: null,
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

await orSay(async () => {
  const server = readUrl();
  const api = connect(server);
  console.log(`The two classic runs, against ${server}`);
  await putOnSale(api);

  const good = await play(api, 'A good order', GOOD_NUMBER, ({ order, stock, payments }) => [
    ['the order is confirmed', order.status === 'confirmed'],
    [`${QUANTITY} pieces have left the stock`, stock.after.onHand === stock.before.onHand - QUANTITY],
    ['none is still reserved for it', stock.after.reserved === stock.before.reserved],
    ['it was paid once and in full', paid(payments) === order.totalAmount && payments.length === 1],
  ]);
  const bad = await play(api, 'An order with a mistyped card number', MISTYPED_NUMBER, (seen) => [
    ['the order is cancelled', seen.order.status === 'cancelled'],
    ['because of the card number', seen.order.failure?.code === 'BILLING.INCORRECT_NUMBER'],
    ['the stock is as before', JSON.stringify(seen.stock.after) === JSON.stringify(seen.stock.before)],
    ['no money was taken', paid(seen.payments) === 0],
  ]);

  const failed = [...good, ...bad].filter(([, holds]) => !holds);
  console.log(
    failed.length === 0
      ? '\nBoth runs went as they should.'
      : `\nFAILED: ${failed.length} of the checks above.`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
});

/** Plays one order from the card to its end, tells what is seen on the way, and judges it. */
async function play(api, title, number, judge) {
  console.log(heading(title));
  const card = await api.client('POST', '/v1/payment-methods', { ...CARD, number });
  const before = await stockOf(api);
  const placed = await api.client('POST', '/v1/orders', anOrder(card.id), { Prefer: 'wait=30' });
  const order = await ended(api, placed);
  const after = await stockOf(api);
  const { items: payments } = await api.client('GET', `/v1/payments?orderId=${order.id}`);
  const { items } = await api.client('GET', `/v1/orders/${order.id}/timeline`);

  console.log(
    table([
      ['order', order.id],
      [
        '',
        `${QUANTITY} × ${PRODUCT.name}, ${money(order.totalAmount, order.currency)}, by ${card.brand} …${card.last4}`,
      ],
      ['status', order.failure ? `${order.status}: ${order.failure.message}` : order.status],
      ['stock', arrow(level(before), level(after))],
      ['payments', arrow('none', payments.map(told).join('; ') || 'none')],
    ]),
  );
  console.log(timeline(items));
  const checks = judge({ order, stock: { before, after }, payments });
  console.log(verdict(checks));
  return checks;
}

/** A product of the walkthrough's own, so that nobody else's orders disturb the figures. */
async function putOnSale(api) {
  const known = await api.send('client', 'GET', `/v1/products/${SKU}`);
  if (known.status === 404) await api.operator('PUT', `/v1/products/${SKU}`, PRODUCT);
  if ((await stockOf(api)).available >= 2 * QUANTITY) return;
  const delivery = { quantity: 100, reason: 'for the walkthrough' };
  await api.operator('POST', `/v1/products/${SKU}/stock-adjustments`, delivery);
}

function anOrder(paymentMethod) {
  return {
    customerId: 'walkthrough',
    currency: PRODUCT.currency,
    lines: [{ sku: SKU, quantity: QUANTITY }],
    paymentMethod,
    shippingAddress: ADDRESS,
  };
}

function stockOf(api) {
  return api.client('GET', `/v1/products/${SKU}/stock`);
}

/** The wait of the request is over after 30 s; an order takes milliseconds. */
async function ended(api, order) {
  if (order.status !== 'pending' && order.status !== 'cancelling')
    return api.client('GET', `/v1/orders/${order.id}`);
  const { status, currentStep } = order.fulfillment;
  throw new Failure(
    `Order ${order.id} has not ended after 30 s: ${status} at ${currentStep}. Is a worker running?`,
  );
}

function paid(payments) {
  return payments
    .filter(({ gatewayReference }) => gatewayReference !== null)
    .reduce((sum, { amount, refundedAmount }) => sum + amount - refundedAmount, 0);
}

function level({ onHand, reserved, available }) {
  return `${onHand} on hand, ${reserved} reserved, ${available} available`;
}

function told({ status, amount, currency }) {
  return `${status} ${money(amount, currency)}`;
}

/** The server by its two doors; every answer but a success ends the walkthrough with one line. */
function connect(server) {
  const keys = {
    client: process.env.CLIENT_KEY ?? 'demo-client',
    operator: process.env.OPERATOR_KEY ?? 'demo-operator',
  };
  const send = async (role, method, path, body, headers = {}) => {
    const request = {
      method,
      headers: { Authorization: `Bearer ${keys[role]}`, 'Content-Type': 'application/json', ...headers },
      body: body && JSON.stringify(body),
    };
    const response = await fetch(server + path, request).catch(({ cause }) => {
      throw new Failure(
        `No server answers at ${server} (${cause?.code ?? cause}). Start one with: npm start`,
      );
    });
    return { status: response.status, body: await response.json().catch(() => ({})) };
  };
  const as = (role) => async (method, path, body, headers) => {
    const { status, body: answer } = await send(role, method, path, body, headers);
    if (status < 300) return answer;
    const hint = status === 401 || status === 403 ? ` Set ${role.toUpperCase()}_KEY.` : '';
    throw new Failure(`${method} ${path} as ${role}: ${status} ${answer.detail ?? ''}${hint}`);
  };
  return { send, client: as('client'), operator: as('operator') };
}

function readUrl() {
  try {
    const here = `http://127.0.0.1:${process.env.PORT || 3000}`;
    const { values } = parseArgs({ options: { url: { type: 'string', default: here } } });
    return new URL(values.url).origin;
  } catch (error) {
    throw new Failure(`${error.message} Usage: npm run walkthrough -- --url http://127.0.0.1:3000`);
  }
}

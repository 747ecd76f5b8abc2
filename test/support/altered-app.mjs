/*
 * The built application as main.ts runs it, as a build of another release would be: with released versions that were
 * changed, or with others. What the application itself has no setting for, this file alters; it is no part of the product.
 */
import { orderFulfillment } from '../../dist/src/saga/index.js';

const { ALTER } = process.env;
const at = (name, version) =>
  orderFulfillment.definitions.findIndex((one) => one.name === name && one.version === version);

if (ALTER === 'changed-v1') {
  const place = at('order-fulfillment', 1);
  const released = orderFulfillment.definitions[place];
  orderFulfillment.definitions[place] = { ...released, deadlineMs: 1_000 };
}
await import('../../dist/src/main.js');

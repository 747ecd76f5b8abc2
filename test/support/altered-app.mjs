/*
 * The built application as main.ts runs it, as a build of another release would be: what the application itself has no
 * setting for, this file alters, and it is no part of the product.
 */
import { orderFulfillment } from '../../dist/src/saga/index.js';

const name = 'order-fulfillment';
const { definitions, defaultVersions } = orderFulfillment;
const placeOf = (version) => definitions.findIndex((one) => one.name === name && one.version === version);

const alterations = {
  /** A build in which somebody has edited what was released. */
  'changed-v1': () => {
    definitions[placeOf(1)] = { ...definitions[placeOf(1)], deadlineMs: 1_000 };
  },
  /** A build from when v1 was new. */
  'v1-by-default': () => {
    defaultVersions[name] = 1;
  },
  /** A build with the next version, which charges before it holds the stock; new orders get it. */
  'v3-by-default': () => {
    addV3();
    defaultVersions[name] = 3;
  },
  /** The same, before anybody gets it. */
  'with-v3': addV3,
  /** A build with a next version that nobody has tried: it cannot say what is to be taken from the stock. */
  'bad-v3': () => {
    const v2 = definitions[placeOf(2)];
    const map = () => {
      throw new Error('The goods are not named.');
    };
    const spoilt = (step) =>
      step.name === 'commit-inventory' ? { ...step, action: { ...step.action, map } } : step;
    definitions.push({ ...v2, version: 3, steps: v2.steps.map(spoilt) });
  },
};

function addV3() {
  const v2 = definitions[placeOf(2)];
  const order = ['validate-order', 'review-order', 'charge-payment', 'reserve-inventory'];
  const first = order.map((step) => v2.steps.find((one) => one.name === step));
  const others = v2.steps.filter((one) => !order.includes(one.name));
  definitions.push({ ...v2, version: 3, steps: [...first, ...others] });
}

alterations[process.env.ALTER]();
await import('../../dist/src/main.js');

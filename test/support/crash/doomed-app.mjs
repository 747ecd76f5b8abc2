/*
 * The built application as main.ts runs it, and a way to make it kill itself at a failpoint: what the application
 * itself has no setting for, this file installs, and it is not part of the product.
 */
import { orderFulfillment } from '../../../dist/src/saga/index.js';
import { killAt } from '../../../dist/src/saga/testing/crash/index.js';

const { DOOM, DEFAULT_VERSION } = process.env;
orderFulfillment.defaultVersions['order-fulfillment'] = Number(DEFAULT_VERSION);
if (DOOM) doom(DOOM);
process.on('message', (text) => {
  doom(text);
  process.send('doomed');
});
process.channel.unref();
await import('../../../dist/src/main.js');

/** @param text a point and a hit: `wave.locked#2` */
function doom(text) {
  const [point, hit] = text.split('#');
  killAt(point, Number(hit));
}

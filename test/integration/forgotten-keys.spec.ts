import { ChargePayment } from '../../src/billing/contracts/billing-commands.js';
import { SandboxWorld } from '../../src/platform/sandbox/sandbox-world.js';
import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import type { Fault, Instant, Way } from '../support/sabotage/sabotage.js';
import { ordered, startFulfillmentApp, unitAmount, type FulfillmentApp } from './fulfillment-app.js';

const hour = 60 * 60 * 1_000;

/** Longer than the definitions say that gateway and carrier honour our keys; the sandbox forgets them much sooner. */
const tooLong = 25 * hour;

describe('A saga that is parked for longer than the other side remembers its key', () => {
  let app: FulfillmentApp;

  beforeAll(async () => {
    app = await startFulfillmentApp();
    await app.app.get(SandboxWorld, { strict: false }).setFaults({ forgetKeysAfterSeconds: 60 });
  });
  afterAll(() => app.close());

  async function parkFor(milliseconds: number, command: Fault['command'], way: Way, instant: Instant) {
    const order = await app.place({ faults: [{ command, way, instant }] });
    await app.rest([order]);
    expect((await app.saga(order)).row.status).toBe('parked');
    await app.pass(milliseconds);
    app.sabotage.heal(order.id);
    return order;
  }

  const done = { paid: ordered * unitAmount, parcels: 1 };
  const commands = [
    { what: 'a charge', command: ChargePayment, before: { paid: 0 } },
    { what: 'a booking', command: ArrangeShipping, before: { parcels: 0 } },
  ];

  it.each(
    // A 503 means that nothing happened. This one lied, and once the key is forgotten nothing but asking helps.
    [hour, tooLong].flatMap((wait) => commands.map((command) => ({ ...command, wait, hours: wait / hour }))),
  )('$what that was made and answered with a failure is not made again after $hours h', async (row) => {
    const order = await parkFor(row.wait, row.command, 'retryable', 'after its effect');
    expect(await app.act(order, 'retry')).toBe(200);
    await app.rest([order]);
    expect((await app.saga(order)).row.status).toBe('completed');
    expect(await app.world(order)).toMatchObject(done);
    expect(await app.effects(order)).toEqual({ charges: 1, bookings: 1 });
  });

  it.each(commands)(
    '$what that may be on its way and has left no trace is repeated only when a person says so twice',
    async ({ command, before }) => {
      const order = await parkFor(tooLong, command, 'unclassified', 'before its effect');
      expect(await app.act(order, 'retry')).toBe(200);
      await app.rest([order]);
      expect((await app.saga(order)).row).toMatchObject({ status: 'parked', error_code: 'SAGA.KEY_EXPIRED' });
      expect(await app.world(order)).toMatchObject(before);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.rest([order]);
      expect((await app.saga(order)).row.status).toBe('completed');
      expect(await app.world(order)).toMatchObject(done);
      expect(await app.effects(order)).toEqual({ charges: 1, bookings: 1 });
    },
  );
});

import { v7 } from 'uuid';
import {
  commit,
  giveBack,
  openInventory,
  release,
  reserve,
  reserveAndCommit,
  type Inventory,
} from './inventory-fixture.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
});
afterAll(async () => {
  await inventory.close();
});

describe('a reservation', () => {
  it('holds the quantities, which stay on hand', async () => {
    const [a, b] = [await inventory.product(5), await inventory.product(9)];
    const orderId = v7();
    const lines = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 3 },
    ];
    const event = await inventory.reserve.execute(reserve(orderId, ...lines));
    expect(event.data).toEqual({ orderId, lines });
    expect(await inventory.catalogue.stock(a)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect(await inventory.catalogue.stock(b)).toEqual({ onHand: 9, reserved: 3, available: 6 });
    expect(await inventory.reservation(orderId)).toEqual({ status: 'reserved', lines });
  });

  it('is answered the same when asked for twice, and held once', async () => {
    const sku = await inventory.product(5);
    const command = reserve(v7(), { sku, quantity: 3 });
    const first = await inventory.reserve.execute(command);
    expect((await inventory.reserve.execute(command)).data).toEqual(first.data);
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ reserved: 3 });
  });

  it('is held once when asked for many times at the same moment', async () => {
    const sku = await inventory.product(100);
    const command = reserve(v7(), { sku, quantity: 3 });
    const events = await Promise.all(Array.from({ length: 8 }, () => inventory.reserve.execute(command)));
    for (const event of events) expect(event.data).toEqual(command.data);
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ reserved: 3 });
  });

  it('is refused as a whole when one product falls short, and leaves no trace', async () => {
    const [plenty, scarce] = [await inventory.product(50), await inventory.product(1)];
    const orderId = v7();
    const command = reserve(orderId, { sku: plenty, quantity: 2 }, { sku: scarce, quantity: 4 });
    await expect(inventory.reserve.execute(command)).rejects.toMatchObject({
      name: 'Rejection',
      code: 'INVENTORY.OUT_OF_STOCK',
      details: { skus: [{ sku: scarce, wanted: 4, available: 1 }] },
    });
    expect(await inventory.catalogue.stock(plenty)).toMatchObject({ reserved: 0 });
    expect(await inventory.reservation(orderId)).toBeNull();
  });

  it('is refused for a product that does not exist', async () => {
    await expect(
      inventory.reserve.execute(reserve(v7(), { sku: 'NO-SUCH', quantity: 1 })),
    ).rejects.toMatchObject({ code: 'INVENTORY.UNKNOWN_SKU', details: { skus: ['NO-SUCH'] } });
  });

  it('is freed by its release, once', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    const line = { sku, quantity: 3 };
    await inventory.reserve.execute(reserve(orderId, line));
    expect((await inventory.release.execute(release(orderId))).data.lines).toEqual([line]);
    await inventory.release.execute(release(orderId));
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('does not open again once it is released', async () => {
    const sku = await inventory.product(5);
    const command = reserve(v7(), { sku, quantity: 3 });
    await inventory.reserve.execute(command);
    await inventory.release.execute(release(command.data.orderId));
    await expect(inventory.reserve.execute(command)).rejects.toMatchObject({
      code: 'INVENTORY.RESERVATION_CLOSED',
    });
  });

  it('is refused when its release came first, which found nothing to do', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    expect((await inventory.release.execute(release(orderId))).data).toEqual({ orderId, lines: [] });
    await expect(inventory.reserve.execute(reserve(orderId, { sku, quantity: 1 }))).rejects.toMatchObject({
      code: 'INVENTORY.RESERVATION_CLOSED',
    });
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ reserved: 0 });
  });
});

describe('committing', () => {
  it('takes what is held out of the stock, once', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    await inventory.reserve.execute(reserve(orderId, { sku, quantity: 3 }));
    const first = await inventory.commit.execute(commit(orderId));
    expect((await inventory.commit.execute(commit(orderId))).data).toEqual(first.data);
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 });
  });

  it('is refused when nothing is held, or not any more', async () => {
    const sku = await inventory.product(5);
    const [never, released] = [v7(), v7()];
    await inventory.reserve.execute(reserve(released, { sku, quantity: 1 }));
    await inventory.release.execute(release(released));
    for (const orderId of [never, released]) {
      await expect(inventory.commit.execute(commit(orderId))).rejects.toMatchObject({
        code: 'INVENTORY.NOT_RESERVED',
      });
    }
  });

  it('is undone to the reservation, which can then be released: the stock is as before', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    const line = { sku, quantity: 3 };
    await inventory.reserve.execute(reserve(orderId, line));
    await inventory.commit.execute(commit(orderId));
    expect((await inventory.return.execute(giveBack(orderId, 'reservation'))).data.lines).toEqual([line]);
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 5, reserved: 3, available: 2 });
    // The same undo once more must find that it was done.
    expect((await inventory.return.execute(giveBack(orderId, 'reservation'))).data.lines).toEqual([]);
    await inventory.release.execute(release(orderId));
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('keeps its goods from a release that comes before they are returned', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    await inventory.reserve.execute(reserve(orderId, { sku, quantity: 3 }));
    await inventory.commit.execute(commit(orderId));
    await expect(inventory.release.execute(release(orderId))).rejects.toMatchObject({
      code: 'INVENTORY.ALREADY_COMMITTED',
    });
    expect(await inventory.reservation(orderId)).toMatchObject({ status: 'committed' });
  });
});

describe('reserving and committing in one', () => {
  it('takes the goods, and returning them to the stock puts them back once', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    const line = { sku, quantity: 3 };
    await inventory.reserveAndCommit.execute(reserveAndCommit(orderId, line));
    await inventory.reserveAndCommit.execute(reserveAndCommit(orderId, line));
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 });
    for (let i = 0; i < 2; i++) {
      expect((await inventory.return.execute(giveBack(orderId, 'stock'))).data.lines).toEqual([line]);
    }
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await inventory.reservation(orderId)).toMatchObject({ status: 'returned' });
  });

  it('does not take what others hold', async () => {
    const sku = await inventory.product(5);
    await inventory.reserve.execute(reserve(v7(), { sku, quantity: 3 }));
    await expect(
      inventory.reserveAndCommit.execute(reserveAndCommit(v7(), { sku, quantity: 3 })),
    ).rejects.toMatchObject({ details: { skus: [{ sku, wanted: 3, available: 2 }] } });
  });

  it('is refused when its return came first, which found nothing to do', async () => {
    const sku = await inventory.product(5);
    const orderId = v7();
    expect((await inventory.return.execute(giveBack(orderId, 'stock'))).data.lines).toEqual([]);
    await expect(
      inventory.reserveAndCommit.execute(reserveAndCommit(orderId, { sku, quantity: 1 })),
    ).rejects.toMatchObject({ code: 'INVENTORY.RESERVATION_CLOSED' });
  });
});

it('publishes the event of a command that was done, and none for one that was refused', async () => {
  const sku = await inventory.product(1);
  const before = inventory.published.length;
  const event = await inventory.reserve.execute(reserve(v7(), { sku, quantity: 1 }));
  await inventory.reserve.execute(reserve(v7(), { sku, quantity: 1 })).catch(() => undefined);
  expect(inventory.published.slice(before)).toEqual([event]);
});

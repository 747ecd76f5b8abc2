import { v7 } from 'uuid';
import { commit, openInventory, release, reserve, type Inventory } from './inventory-fixture.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
});
afterAll(() => inventory.close());

/** Two orders that hold one piece each of a product of which there are ten. */
async function held(): Promise<{ sku: string; orders: string[]; stock: () => Promise<unknown> }> {
  const sku = await inventory.product(10);
  const orders = [v7(), v7()];
  for (const order of orders) await inventory.reserve.execute(reserve(order, { sku, quantity: 1 }));
  return { sku, orders, stock: () => inventory.catalogue.stock(sku) };
}

describe('Stock that nothing depends on', () => {
  it('is moved at the end of the unit of work: nobody waits for it before', async () => {
    const { sku, orders, stock } = await held();
    await inventory.unitOfWork.run(async () => {
      await inventory.commit.handleBatch(orders.map(commit));
      // From a transaction of its own: locked by the batch it would have to wait.
      const free = await inventory.dataSource.query<{ sku: string }[]>(
        'SELECT sku FROM inventory.stock WHERE sku = $1 FOR UPDATE SKIP LOCKED',
        [sku],
      );
      expect(free).toEqual([{ sku }]);
    });
    expect(await stock()).toEqual({ onHand: 8, reserved: 0, available: 8 });
  });

  it('is moved before whatever the same unit of work does with reservations next', async () => {
    const { sku, orders, stock } = await held();
    const next = v7();
    await inventory.unitOfWork.run(async () => {
      await inventory.release.handleBatch(orders.map(release));
      await inventory.reserve.handleBatch([reserve(next, { sku, quantity: 10 })]);
    });
    expect(await stock()).toEqual({ onHand: 10, reserved: 10, available: 0 });
    expect(await inventory.reservation(next)).toMatchObject({ status: 'reserved' });
  });

  it('is moved all the same when it was first tried behind a savepoint that was rolled back', async () => {
    const { orders, stock } = await held();
    const others = await held();
    await inventory.unitOfWork.run(async () => {
      await inventory.commit.handleBatch(orders.map(commit));
      const undone = inventory.unitOfWork.nested(async () => {
        await inventory.commit.handleBatch(others.orders.map(commit));
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
    });
    expect(await stock()).toEqual({ onHand: 8, reserved: 0, available: 8 });
    expect(await inventory.reservation(orders[0]!)).toMatchObject({ status: 'committed' });
    expect(await others.stock()).toEqual({ onHand: 10, reserved: 2, available: 8 });
    expect(await inventory.reservation(others.orders[0]!)).toMatchObject({ status: 'reserved' });
  });

  it('rolls the unit of work back when it contradicts the reservations', async () => {
    const { sku, orders, stock } = await held();
    await inventory.dataSource.query('UPDATE inventory.stock SET reserved = 1 WHERE sku = $1', [sku]);
    const work = inventory.unitOfWork.run(() => inventory.commit.handleBatch(orders.map(commit)));
    await expect(work).rejects.toThrow('Stock contradicts the reservations');
    expect(await stock()).toMatchObject({ onHand: 10, reserved: 1 });
    expect(await inventory.reservation(orders[0]!)).toMatchObject({ status: 'reserved' });
  });

  it('is moved at once for a single order, whose own failure it then is', async () => {
    const { sku, orders } = await held();
    await inventory.dataSource.query('UPDATE inventory.stock SET reserved = 0 WHERE sku = $1', [sku]);
    const { unitOfWork } = inventory;
    const its = (cause: unknown) => new Error('It was its own.', { cause });
    const work = unitOfWork.run(async () => {
      await unitOfWork.telling(its, () => inventory.commit.handleBatch([commit(orders[0]!)]));
    });
    await expect(work).rejects.toMatchObject({
      message: 'It was its own.',
      cause: {
        message: expect.stringContaining('Stock contradicts the reservations: 0 of 1 stock rows') as string,
      },
    });
    expect(await inventory.reservation(orders[0]!)).toMatchObject({ status: 'reserved' });
  });
});

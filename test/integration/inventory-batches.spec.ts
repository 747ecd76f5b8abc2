import { jest } from '@jest/globals';
import { v7 } from 'uuid';
import { Rejection } from '../../src/platform/messaging/rejection.js';
import { commit, giveBack, openInventory, release, reserve, type Inventory } from './inventory-fixture.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
});
afterAll(async () => {
  await inventory.close();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const codes = (outcomes: readonly unknown[]) =>
  outcomes.map((outcome) => (outcome instanceof Rejection ? outcome.code : 'done'));

describe('a batch of orders', () => {
  it('serves in order of arrival; who is refused does not hold up a smaller one behind', async () => {
    const sku = await inventory.product(5);
    const commands = [3, 4, 2, 1].map((quantity) => reserve(v7(), { sku, quantity }));
    const outcomes = await inventory.unitOfWork.run(() => inventory.reserve.handleBatch(commands));
    expect(codes(outcomes)).toEqual(['done', 'INVENTORY.OUT_OF_STOCK', 'done', 'INVENTORY.OUT_OF_STOCK']);
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 5, reserved: 5, available: 0 });
    expect(await inventory.reservation(commands[1]!.data.orderId)).toBeNull();
  });

  it('answers each member for itself: new, repeated, closed, unknown', async () => {
    const sku = await inventory.product(50);
    const [repeated, closed] = [v7(), v7()];
    await inventory.reserve.execute(reserve(repeated, { sku, quantity: 1 }));
    await inventory.release.execute(release(closed));
    const fresh = v7();
    const commands = [
      reserve(fresh, { sku, quantity: 2 }),
      reserve(repeated, { sku, quantity: 1 }),
      reserve(closed, { sku, quantity: 1 }),
      reserve(v7(), { sku: 'NO-SUCH', quantity: 1 }),
      reserve(fresh, { sku, quantity: 2 }),
    ];
    const outcomes = await inventory.unitOfWork.run(() => inventory.reserve.handleBatch(commands));
    expect(codes(outcomes)).toEqual([
      'done',
      'done',
      'INVENTORY.RESERVATION_CLOSED',
      'INVENTORY.UNKNOWN_SKU',
      'done',
    ]);
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ reserved: 3 });
  });

  it('undoes what was done and closes what never was, together', async () => {
    const sku = await inventory.product(50);
    const [held, never] = [v7(), v7()];
    await inventory.reserve.execute(reserve(held, { sku, quantity: 4 }));
    const outcomes = await inventory.unitOfWork.run(() =>
      inventory.release.handleBatch([release(never), release(held)]),
    );
    expect(codes(outcomes)).toEqual(['done', 'done']);
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ reserved: 0 });
    expect(await inventory.reservation(never)).toEqual({ status: 'released', lines: [] });
  });

  it('costs the same number of statements for one order and for two hundred', async () => {
    const skus = await Promise.all(Array.from({ length: 5 }, () => inventory.product(10_000)));
    const orders = (count: number) =>
      Array.from({ length: count }, () => reserve(v7(), ...skus.map((sku) => ({ sku, quantity: 2 }))));
    const query = jest.spyOn(inventory.unitOfWork, 'query');
    const statementsOf = async (work: () => Promise<unknown>) => {
      query.mockClear();
      await inventory.unitOfWork.run(work);
      return query.mock.calls.length;
    };

    const [one, many] = [orders(1), orders(200)];
    expect(await statementsOf(() => inventory.reserve.handleBatch(one))).toBe(3);
    expect(await statementsOf(() => inventory.reserve.handleBatch(many))).toBe(3);
    const ids = many.map(({ data }) => data.orderId);
    expect(await statementsOf(() => inventory.commit.handleBatch(ids.map(commit)))).toBe(2);
    expect(
      await statementsOf(() =>
        inventory.return.handleBatch(ids.map((orderId) => giveBack(orderId, 'reservation'))),
      ),
    ).toBe(2);
    expect(await statementsOf(() => inventory.release.handleBatch(ids.map(release)))).toBe(2);
    expect(await inventory.catalogue.stock(skus[0]!)).toEqual({
      onHand: 10_000,
      reserved: 2,
      available: 9_998,
    });
  });

  it('does not run outside a unit of work', async () => {
    await expect(inventory.release.handleBatch([release(v7())])).rejects.toThrow('inside a unit of work');
  });
});

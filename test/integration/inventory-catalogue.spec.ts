import { AdjustStock } from '../../src/inventory/application/adjust-stock.handler.js';
import { PutProduct } from '../../src/inventory/application/put-product.handler.js';
import { FindProducts } from '../../src/inventory/contracts/product-queries.js';
import { v7 } from 'uuid';
import { openInventory, reserve, type Inventory } from './inventory-fixture.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
});
afterAll(async () => {
  await inventory.close();
});

const ledger = (sku: string) =>
  inventory.dataSource.query<{ quantity: number; reason: string; actor: string; on_hand_after: number }[]>(
    `SELECT quantity, reason, actor, on_hand_after FROM inventory.stock_adjustment WHERE sku = $1 ORDER BY id`,
    [sku],
  );

describe('the demonstration catalogue', () => {
  it('is loaded once, into an empty catalogue only, also by processes that start together', async () => {
    const loaded = await Promise.all([1, 2, 3].map(() => inventory.demo.seedIfEmpty()));
    expect(loaded.sort()).toEqual([0, 0, 6]);
    expect(await inventory.demo.seedIfEmpty()).toBe(0);
    expect(await inventory.catalogue.product('SKU-1')).toMatchObject({ currency: 'EUR', version: 1 });
    const stock = await inventory.catalogue.stock('SKU-1');
    expect(await ledger('SKU-1')).toEqual([
      {
        quantity: stock!.onHand,
        reason: 'demonstration catalogue',
        actor: 'system',
        on_hand_after: stock!.onHand,
      },
    ]);
  });
});

describe('a product', () => {
  it('is created with nothing in stock, and replaced without touching the stock', async () => {
    const sku = `T-${v7()}`;
    const first = await inventory.putProduct.execute(
      new PutProduct(sku, { name: 'Old', unitAmount: 100, currency: 'EUR' }),
    );
    expect(first).toMatchObject({ created: true, product: { version: 1 } });
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });

    await inventory.adjustStock.execute(new AdjustStock(sku, 7, 'delivery', 'ann'));
    const second = await inventory.putProduct.execute(
      new PutProduct(sku, { name: 'New', unitAmount: 250, currency: 'USD' }),
    );
    expect(second.created).toBe(false);
    expect(await inventory.catalogue.product(sku)).toMatchObject({
      name: 'New',
      unitAmount: 250,
      currency: 'USD',
      version: 2,
    });
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 7 });
  });

  it('is created by one of two who put it at the same moment', async () => {
    const sku = `T-${v7()}`;
    const puts = [1, 2, 3, 4].map((n) =>
      inventory.putProduct.execute(new PutProduct(sku, { name: `By ${n}`, unitAmount: n, currency: 'EUR' })),
    );
    const created = (await Promise.all(puts)).filter((put) => put.created);
    expect(created).toHaveLength(1);
    expect(await inventory.catalogue.product(sku)).toMatchObject({ version: 4 });
  });

  it('is found by its SKU for an order; one that does not exist is left out', async () => {
    const sku = await inventory.product(1);
    expect(await inventory.findProducts.execute(new FindProducts([sku, 'NO-SUCH']))).toEqual([
      { sku, name: 'Thing', unitAmount: 100, currency: 'EUR' },
    ]);
    expect(await inventory.findProducts.execute(new FindProducts([]))).toEqual([]);
  });

  it('is listed newest first, page by page, and none that is added meanwhile disturbs the pages', async () => {
    const skus: string[] = [];
    for (let i = 0; i < 5; i++) skus.push(await inventory.product(0));
    const newest = await inventory.catalogue.products(3, null);
    expect(newest.map(({ sku }) => sku)).toEqual([skus[4], skus[3], skus[2]]);
    await inventory.product(0);
    const next = await inventory.catalogue.products(2, newest[2]!.id);
    expect(next.map(({ sku }) => sku)).toEqual([skus[1], skus[0]]);
  });
});

describe('a stock adjustment', () => {
  it('moves what is on hand and says in the ledger why and who', async () => {
    const sku = await inventory.product(0);
    const adjustment = await inventory.adjustStock.execute(new AdjustStock(sku, 10, 'delivery', 'ann'));
    expect(adjustment).toMatchObject({ sku, quantity: 10, onHand: 10, reserved: 0, available: 10 });
    await inventory.adjustStock.execute(new AdjustStock(sku, -4, 'broken', 'bob'));
    expect(await ledger(sku)).toEqual([
      { quantity: 10, reason: 'delivery', actor: 'ann', on_hand_after: 10 },
      { quantity: -4, reason: 'broken', actor: 'bob', on_hand_after: 6 },
    ]);
  });

  it('takes away what is free and nothing that is reserved', async () => {
    const sku = await inventory.product(10);
    await inventory.reserve.execute(reserve(v7(), { sku, quantity: 6 }));
    await expect(
      inventory.adjustStock.execute(new AdjustStock(sku, -5, 'count', 'ann')),
    ).rejects.toMatchObject({ code: 'INVENTORY.WOULD_GO_NEGATIVE', details: { onHand: 10, reserved: 6 } });
    expect(await ledger(sku)).toEqual([]);
    await inventory.adjustStock.execute(new AdjustStock(sku, -4, 'count', 'ann'));
    expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 6, reserved: 6, available: 0 });
  });

  it('never loses one of many that come at the same moment', async () => {
    const sku = await inventory.product(0);
    const by = Array.from({ length: 20 }, (_, i) => i + 1);
    await Promise.all(
      by.map((quantity) => inventory.adjustStock.execute(new AdjustStock(sku, quantity, 'delivery', 'ann'))),
    );
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 210 });
  });

  it('takes the largest amounts without overflowing', async () => {
    const sku = await inventory.product(0);
    for (let i = 0; i < 3; i++) {
      await inventory.adjustStock.execute(new AdjustStock(sku, 2_147_483_647, 'delivery', 'ann'));
    }
    expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 6_442_450_941 });
  });

  it('is refused for a product that does not exist', async () => {
    await expect(
      inventory.adjustStock.execute(new AdjustStock('NO-SUCH', 1, 'delivery', 'ann')),
    ).rejects.toMatchObject({ code: 'INVENTORY.UNKNOWN_PRODUCT' });
  });

  it('stays in the ledger as it was written', async () => {
    const sku = await inventory.product(0);
    await inventory.adjustStock.execute(new AdjustStock(sku, 1, 'delivery', 'ann'));
    await expect(
      inventory.dataSource.query(`UPDATE inventory.stock_adjustment SET quantity = 2`),
    ).rejects.toThrow('append-only');
    await expect(inventory.dataSource.query(`DELETE FROM inventory.stock_adjustment`)).rejects.toThrow(
      'append-only',
    );
  });
});

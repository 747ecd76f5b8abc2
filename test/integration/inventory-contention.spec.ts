import { v7 } from 'uuid';
import { Rejection } from '../../src/platform/messaging/rejection.js';
import {
  commit,
  giveBack,
  openInventory,
  release,
  reserve,
  type Inventory,
  type Line,
} from './inventory-fixture.js';
import { eventually } from '../support/eventually.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
});
afterAll(async () => {
  await inventory.close();
});

/** A repeatable shuffle. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Held and taken pieces as the reservations tell them, beside the stock rows. */
async function books(skus: readonly string[]) {
  return inventory.dataSource.query<{ on_hand: number; reserved: number; held: number; taken: number }[]>(
    `SELECT s.on_hand, s.reserved,
            coalesce(sum((l ->> 'quantity')::int) FILTER (WHERE r.status = 'reserved'), 0) AS held,
            coalesce(sum((l ->> 'quantity')::int) FILTER (WHERE r.status = 'committed'), 0) AS taken
     FROM inventory.stock AS s
     LEFT JOIN (inventory.reservation AS r CROSS JOIN jsonb_array_elements(r.lines) AS l)
       ON l ->> 'sku' = s.sku
     WHERE s.sku = ANY ($1)
     GROUP BY s.sku`,
    [skus],
  );
}

it('sells exactly what there is to many workers that want the same few products', async () => {
  const initial = 60;
  const skus = await Promise.all(Array.from({ length: 4 }, () => inventory.product(initial)));
  const outcomes: unknown[] = [];

  const worker = async (seed: number) => {
    const pick = random(seed);
    for (let round = 0; round < 15; round++) {
      const commands = Array.from({ length: 6 }, () => {
        // Lines in any order: two batches must not lock the same products in opposite directions.
        const wanted = skus.filter(() => pick(2) === 0).sort(() => pick(3) - 1);
        const lines: Line[] = wanted.map((sku) => ({ sku, quantity: 1 + pick(3) }));
        return reserve(v7(), ...(lines.length > 0 ? lines : [{ sku: skus[pick(4)]!, quantity: 1 }]));
      });
      const answers = await inventory.unitOfWork.run(() => inventory.reserve.handleBatch(commands));
      outcomes.push(...answers);
      const held = commands.filter((_, i) => !(answers[i] instanceof Rejection)).map((c) => c.data.orderId);
      const undone = held.filter(() => pick(3) === 0);
      const done = held.filter((id) => !undone.includes(id));
      await inventory.unitOfWork.run(() => inventory.commit.handleBatch(done.map(commit)));
      await inventory.unitOfWork.run(() => inventory.release.handleBatch(undone.map(release)));
      const back = done.filter(() => pick(4) === 0);
      await inventory.unitOfWork.run(() =>
        inventory.return.handleBatch(back.map((orderId) => giveBack(orderId, 'stock'))),
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => worker(i + 1)));

  expect(outcomes.some((outcome) => outcome instanceof Rejection)).toBe(true);
  for (const row of await books(skus)) {
    expect(row.reserved).toBe(Number(row.held));
    expect(row.on_hand).toBe(initial - Number(row.taken));
    expect(row.on_hand).toBeGreaterThanOrEqual(row.reserved);
  }
});

it('gives the last piece to exactly one of many', async () => {
  const sku = await inventory.product(1);
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, () => inventory.reserve.execute(reserve(v7(), { sku, quantity: 1 }))),
  );
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 1, reserved: 1, available: 0 });
});

it('lets either the reservation or its release win, never half of both', async () => {
  const sku = await inventory.product(1_000);
  for (let i = 0; i < 20; i++) {
    const orderId = v7();
    await Promise.allSettled([
      inventory.reserve.execute(reserve(orderId, { sku, quantity: 1 })),
      inventory.release.execute(release(orderId)),
    ]);
    expect(await inventory.reservation(orderId)).toMatchObject({ status: 'released' });
  }
  expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 1_000, reserved: 0 });
});

it('locks the reservation before the stock for an order that is known already, too', async () => {
  const sku = await inventory.product(10);
  const orderId = v7();
  await inventory.reserve.execute(reserve(orderId, { sku, quantity: 1 }));
  const session = inventory.dataSource.createQueryRunner();
  await session.startTransaction();
  await session.query('SELECT FROM inventory.reservation WHERE order_id = $1 FOR UPDATE', [orderId]);
  const again = inventory.reserve.execute(reserve(orderId, { sku, quantity: 1 }));
  await eventually(async () => {
    const waiting: unknown[] = await inventory.dataSource.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(waiting).toHaveLength(1);
  });
  // With the stock locked first, this would be a deadlock.
  await session.query('SELECT FROM inventory.stock WHERE sku = $1 FOR UPDATE NOWAIT', [sku]);
  await session.commitTransaction();
  await session.release();
  await again;
  expect(await inventory.catalogue.stock(sku)).toEqual({ onHand: 10, reserved: 1, available: 9 });
});

it('commits, returns and releases once, however many ask for it at the same moment', async () => {
  const sku = await inventory.product(100);
  // What another order holds would hide a double commit from the stock row's own guards.
  await inventory.reserve.execute(reserve(v7(), { sku, quantity: 50 }));
  const orderId = v7();
  await inventory.reserve.execute(reserve(orderId, { sku, quantity: 3 }));
  const eightTimes = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: 8 }, work));

  await eightTimes(() => inventory.commit.execute(commit(orderId)));
  expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 97, reserved: 50 });
  await eightTimes(() => inventory.return.execute(giveBack(orderId, 'reservation')));
  expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 100, reserved: 53 });
  await eightTimes(() => inventory.release.execute(release(orderId)));
  expect(await inventory.catalogue.stock(sku)).toMatchObject({ onHand: 100, reserved: 50 });
});

describe('the database itself', () => {
  it('refuses to oversell, whatever the code does', async () => {
    const sku = await inventory.product(2);
    await expect(
      inventory.dataSource.query(`UPDATE inventory.stock SET reserved = 3 WHERE sku = $1`, [sku]),
    ).rejects.toThrow('stock_never_oversold');
    await expect(
      inventory.dataSource.query(`UPDATE inventory.stock SET reserved = -1 WHERE sku = $1`, [sku]),
    ).rejects.toThrow('stock_reserved_not_negative');
  });

  it('keeps the updates of a hot stock row off its index', async () => {
    const sku = await inventory.product(1_000_000);
    let [all, hot] = [0, 0];
    for (let i = 0; i < 200; i++) {
      await inventory.unitOfWork.run(async () => {
        await inventory.reserve.handleBatch([reserve(v7(), { sku, quantity: 1 })]);
        const [counts] = await inventory.unitOfWork.manager.query<{ all: number; hot: number }[]>(
          `SELECT pg_stat_get_xact_tuples_updated(t) AS all, pg_stat_get_xact_tuples_hot_updated(t) AS hot
           FROM CAST('inventory.stock' AS regclass) AS t`,
        );
        all += counts!.all;
        hot += counts!.hot;
      });
    }
    expect(all).toBeGreaterThanOrEqual(200);
    expect(hot / all).toBeGreaterThan(0.95);
  });
});

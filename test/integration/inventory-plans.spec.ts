import type { Statement } from '../../src/platform/database/statement.js';
import { adjustStock } from '../../src/inventory/persistence/sql/adjust-stock.sql.js';
import { findProducts } from '../../src/inventory/persistence/sql/find-products.sql.js';
import { lockReservations } from '../../src/inventory/persistence/sql/lock-reservations.sql.js';
import { lockStock } from '../../src/inventory/persistence/sql/lock-stock.sql.js';
import { openReservations } from '../../src/inventory/persistence/sql/open-reservations.sql.js';
import { putProduct } from '../../src/inventory/persistence/sql/put-product.sql.js';
import { settleReservations } from '../../src/inventory/persistence/sql/settle-reservations.sql.js';
import { openInventory, type Inventory } from './inventory-fixture.js';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await openInventory();
  await inventory.dataSource.query(`
    INSERT INTO inventory.product (sku, id, name, unit_amount, currency)
    SELECT 'P-' || i, gen_random_uuid(), 'Thing', 100, 'EUR' FROM generate_series(1, 5000) AS i`);
  await inventory.dataSource.query(
    `INSERT INTO inventory.stock (sku, on_hand) SELECT sku, 10 FROM inventory.product`,
  );
  await inventory.dataSource.query(`
    INSERT INTO inventory.reservation (order_id, status, lines)
    SELECT gen_random_uuid(), 'committed', '[{"sku": "P-1", "quantity": 1}]' FROM generate_series(1, 20000)`);
  await inventory.dataSource.query(`ANALYZE`);
});
afterAll(async () => {
  await inventory.close();
});

/** The plan that PostgreSQL keeps for a prepared statement once it has stopped looking at the values. */
async function genericPlan({ name, text }: Statement): Promise<string> {
  const values = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const runner = inventory.dataSource.createQueryRunner();
  try {
    await runner.query(`SET plan_cache_mode = force_generic_plan`);
    await runner.query(`PREPARE "${name}" AS ${text}`);
    const nulls = Array.from({ length: values }, () => 'NULL').join(', ');
    const lines = (await runner.query(`EXPLAIN EXECUTE "${name}" (${nulls})`)) as { 'QUERY PLAN': string }[];
    await runner.query(`DEALLOCATE "${name}"`);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  } finally {
    await runner.query(`RESET plan_cache_mode`);
    await runner.release();
  }
}

it.each([
  openReservations,
  lockReservations,
  lockStock,
  settleReservations,
  findProducts,
  putProduct,
  adjustStock,
])('$name scans no table from end to end', async (statement) => {
  expect(await genericPlan(statement)).not.toMatch(/Seq Scan on (inventory\.)?(product|stock|reservation)/);
});

it('finds the open reservations among all that ever were by an index', async () => {
  const lines = await inventory.dataSource.query<{ 'QUERY PLAN': string }[]>(
    `EXPLAIN SELECT order_id, lines FROM inventory.reservation WHERE status = 'reserved'`,
  );
  expect(lines.map((line) => line['QUERY PLAN']).join('\n')).toContain('reservation_open');
});

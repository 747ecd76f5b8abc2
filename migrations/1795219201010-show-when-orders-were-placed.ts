import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The auditor knows by an order's age whether its saga may have been dropped with its history. */
export class ShowWhenOrdersWerePlaced1795219201010 implements MigrationInterface {
  readonly name = 'ShowWhenOrdersWerePlaced1795219201010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW orders.order_books AS
      SELECT id AS order_id, status, currency, total_amount, updated_at, created_at
        FROM orders."order"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP VIEW orders.order_books`);
    await runner.query(`
      CREATE VIEW orders.order_books AS
      SELECT id AS order_id, status, currency, total_amount, updated_at
        FROM orders."order"`);
  }
}

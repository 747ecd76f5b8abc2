import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stands failing, and what of an order's money is in doubt: for those who weigh what is at risk. */
export class ShowFailures1795219201400 implements MigrationInterface {
  readonly name = 'ShowFailures1795219201400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW saga.failure_books AS
      SELECT id AS saga_id, definition, version, failed_step AS step, error_code, correlation_id
        FROM saga.live_instance
       WHERE error_code IS NOT NULL`);
    await runner.query(`
      CREATE OR REPLACE VIEW billing.payment_books AS
      SELECT id AS payment_id, order_id, status, currency,
             CASE WHEN status IN ('charged', 'refunded') THEN amount ELSE 0 END AS captured_amount,
             refunded_amount, gateway_reference, updated_at,
             CASE WHEN status IN ('pending', 'unknown') THEN amount ELSE 0 END AS doubtful_amount
        FROM billing.payment`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP VIEW saga.failure_books`);
    await runner.query(`DROP VIEW billing.payment_books`);
    await runner.query(`
      CREATE VIEW billing.payment_books AS
      SELECT id AS payment_id, order_id, status, currency,
             CASE WHEN status IN ('charged', 'refunded') THEN amount ELSE 0 END AS captured_amount,
             refunded_amount, gateway_reference, updated_at
        FROM billing.payment`);
  }
}

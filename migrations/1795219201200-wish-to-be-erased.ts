import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When somebody asked that an order's personal data be erased as soon as it has ended. On the order itself: whoever
 * ends it holds its row, and can neither miss the wish nor need a statement more to see it.
 */
export class WishToBeErased1795219201200 implements MigrationInterface {
  readonly name = 'WishToBeErased1795219201200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE orders."order" ADD COLUMN erasure_wished_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE orders."order" DROP COLUMN erasure_wished_at`);
  }
}

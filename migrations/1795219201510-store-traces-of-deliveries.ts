import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A delivery goes on in the trace in which its event was published. */
export class StoreTracesOfDeliveries1795219201510 implements MigrationInterface {
  readonly name = 'StoreTracesOfDeliveries1795219201510';

  async up(runner: QueryRunner): Promise<void> {
    // W3C Trace Context; null: published in no trace, or by the release before.
    await runner.query(`ALTER TABLE platform.delivery ADD COLUMN traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE platform.delivery DROP COLUMN traceparent`);
  }
}

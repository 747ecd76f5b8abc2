import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A saga that an event has started is the only one of its definition and business key, however often it is told. */
export class OneSagaPerStartingEvent1795219200940 implements MigrationInterface {
  readonly name = 'OneSagaPerStartingEvent1795219200940';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE saga.instance ADD COLUMN sole boolean NOT NULL DEFAULT false`);
    await runner.query(`
      CREATE UNIQUE INDEX instance_sole ON saga.instance (correlation_id, definition) WHERE sole`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX saga.instance_sole`);
    await runner.query(`ALTER TABLE saga.instance DROP COLUMN sole`);
  }
}

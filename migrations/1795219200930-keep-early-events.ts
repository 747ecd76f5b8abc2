import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events from outside that came before their saga, until it is there or nobody waits for it any more. */
export class KeepEarlyEvents1795219200930 implements MigrationInterface {
  readonly name = 'KeepEarlyEvents1795219200930';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saga.early_event (
        definition     text NOT NULL,
        correlation_id text NOT NULL,
        id             text NOT NULL,
        event          text NOT NULL,
        data           jsonb NOT NULL,
        received_at    timestamptz NOT NULL,
        PRIMARY KEY (definition, correlation_id, id)
      )`);
    await runner.query(`CREATE INDEX early_event_by_age ON saga.early_event (received_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.early_event`);
  }
}

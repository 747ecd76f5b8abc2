import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox: stored events on their way to the event handlers. */
export class CreateMessaging1795219200100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA IF NOT EXISTS platform`);
    await runner.query(`
      CREATE TABLE platform.delivery (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subscriber text NOT NULL,
        message_id uuid NOT NULL,
        type       text NOT NULL,
        key        text NOT NULL,
        payload    jsonb NOT NULL,
        stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        attempts   integer NOT NULL DEFAULT 0,
        last_error text,
        UNIQUE (subscriber, message_id)
      )`);
    await runner.query(`CREATE INDEX delivery_due ON platform.delivery (due_at, id)`);
    await runner.query(`CREATE INDEX delivery_order ON platform.delivery (subscriber, key, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE platform.delivery`);
  }
}

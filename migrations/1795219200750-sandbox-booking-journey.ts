import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the sandbox carrier knows of a parcel's journey, which it makes only when tracking is on. */
export class SandboxBookingJourney1795219200750 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // collected_at: from then on the parcel is not given back; null: it never moves. journey: the webhooks that
    // tell of it, to be taken back with the booking.
    await runner.query(`
      ALTER TABLE sandbox.booking
        ADD COLUMN collected_at timestamptz,
        ADD COLUMN journey uuid[] NOT NULL DEFAULT '{}'
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sandbox.booking DROP COLUMN journey, DROP COLUMN collected_at');
  }
}

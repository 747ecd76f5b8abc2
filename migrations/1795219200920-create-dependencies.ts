import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Circuit breakers, one for each thing outside that sagas call, and which sagas rest because of one. */
export class CreateDependencies1795219200920 implements MigrationInterface {
  readonly name = 'CreateDependencies1795219200920';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saga.dependency (
        name         text PRIMARY KEY,
        state        text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half-open', 'held')),
        -- Failures in a row since the last success, of which sagas, and when the first and the last one was.
        failures     integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
        failing      uuid[] NOT NULL DEFAULT '{}',
        failing_since timestamptz,
        failed_at    timestamptz,
        -- The failure that opened it, as errors are stored; of a held one, who holds it and why.
        error        jsonb,
        since        timestamptz,
        open_seconds double precision,
        -- Open: when somebody may probe. Half-open: when the probe is given up.
        probe_at     timestamptz,
        -- Half-open: the saga whose call is the probe.
        prober       uuid,
        held_by      text,
        reason       text,
        -- How many held sagas a second are let go after it closed, and when some were rung last.
        release_rate integer NOT NULL DEFAULT 50 CHECK (release_rate > 0),
        rung_at      timestamptz,
        revision     integer NOT NULL DEFAULT 0,
        CONSTRAINT dependency_out_of_order_says_why CHECK (state = 'closed' OR (error IS NOT NULL AND since IS NOT NULL)),
        CONSTRAINT dependency_is_probed_some_time CHECK (state NOT IN ('open', 'half-open') OR probe_at IS NOT NULL),
        CONSTRAINT dependency_is_probed_by_one CHECK ((state = 'half-open') = (prober IS NOT NULL)),
        CONSTRAINT dependency_is_held_by_somebody CHECK ((state = 'held') = (held_by IS NOT NULL))
      )`);
    await runner.query(`ALTER TABLE saga.instance ADD COLUMN held_for text`);
    // In the order in which they are let go. Empty while nothing is out of order.
    await runner.query(`
      CREATE INDEX instance_held ON saga.instance (held_for, wake_at) WHERE held_for IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX saga.instance_held`);
    await runner.query(`ALTER TABLE saga.instance DROP COLUMN held_for`);
    await runner.query(`DROP TABLE saga.dependency`);
  }
}

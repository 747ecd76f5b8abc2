import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sagas: the workers' leases, the instances, their journals, and the progress of long attempts. */
export class CreateSaga1795219200200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA IF NOT EXISTS saga`);
    await runner.query(`
      CREATE TABLE saga.worker (
        id         uuid PRIMARY KEY,
        name       text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz NOT NULL
      )`);
    // Rows change with every step, in columns without an index: the free space keeps such updates on their page (HOT).
    await runner.query(`
      CREATE TABLE saga.instance (
        id              uuid PRIMARY KEY,
        definition      text NOT NULL,
        version         integer NOT NULL CHECK (version > 0),
        correlation_id  text NOT NULL,
        status          text NOT NULL CHECK (status IN
          ('running', 'waiting', 'compensating', 'parked', 'paused', 'completed', 'compensated', 'terminated')),
        current_step    text,
        revision        integer NOT NULL DEFAULT 1,
        length          integer NOT NULL,
        owner           uuid,
        epoch           integer NOT NULL DEFAULT 1,
        wake_at         timestamptz,
        open_effects    integer NOT NULL DEFAULT 0 CHECK (open_effects >= 0),
        failed_step     text,
        error_code      text,
        attention_since timestamptz,
        created_at      timestamptz NOT NULL,
        updated_at      timestamptz NOT NULL,
        finished_at     timestamptz,
        CONSTRAINT instance_is_never_forgotten
          CHECK (status NOT IN ('running', 'compensating') OR owner IS NOT NULL OR wake_at IS NOT NULL),
        CONSTRAINT instance_ends_without_open_effects
          CHECK (status NOT IN ('completed', 'compensated', 'terminated') OR open_effects = 0),
        CONSTRAINT instance_ends_free
          CHECK (finished_at IS NULL OR (owner IS NULL AND wake_at IS NULL)),
        CONSTRAINT instance_end_has_a_time
          CHECK ((status IN ('completed', 'compensated', 'terminated')) = (finished_at IS NOT NULL))
      ) WITH (fillfactor = 60)`);
    await runner.query(`CREATE INDEX instance_due ON saga.instance (wake_at) WHERE wake_at IS NOT NULL`);
    await runner.query(`CREATE INDEX instance_owned ON saga.instance (owner) WHERE owner IS NOT NULL`);
    await runner.query(`CREATE INDEX instance_by_business_key ON saga.instance (correlation_id)`);
    await runner.query(`CREATE INDEX instance_by_status ON saga.instance (status, id)`);
    await runner.query(`
      CREATE INDEX instance_needing_attention ON saga.instance (error_code, failed_step, id)
      WHERE error_code IS NOT NULL`);
    await runner.query(`
      CREATE TABLE saga.journal (
        saga_id uuid NOT NULL,
        seq     integer NOT NULL CHECK (seq > 0),
        at      timestamptz NOT NULL,
        epoch   integer NOT NULL,
        format  smallint NOT NULL DEFAULT 1,
        entries jsonb NOT NULL,
        PRIMARY KEY (saga_id, seq)
      )`);
    await runner.query(`
      CREATE FUNCTION saga.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'A journal is append-only.'; END $$`);
    await runner.query(`
      CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON saga.journal
      FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_change()`);
    await runner.query(`
      CREATE TABLE saga.progress (
        saga_id     uuid NOT NULL,
        unit        text NOT NULL,
        attempt     integer NOT NULL,
        progress    jsonb,
        reported_at timestamptz NOT NULL,
        PRIMARY KEY (saga_id, unit)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.progress, saga.journal, saga.instance, saga.worker`);
    await runner.query(`DROP FUNCTION saga.refuse_change()`);
  }
}

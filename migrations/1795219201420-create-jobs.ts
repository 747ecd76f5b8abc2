import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulk actions: a job with one row for each saga that it is to act on. A job has a lease, as a saga has. */
export class CreateJobs1795219201420 implements MigrationInterface {
  readonly name = 'CreateJobs1795219201420';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saga.job (
        id              uuid PRIMARY KEY,
        action          text NOT NULL,
        -- Which sagas; asked again of each before it is acted on.
        filter          jsonb NOT NULL,
        reason          text NOT NULL CHECK (reason <> ''),
        actor           text NOT NULL,
        role            text NOT NULL,
        dry_run         boolean NOT NULL,
        probe           boolean NOT NULL,
        rate_per_second integer NOT NULL CHECK (rate_per_second > 0),
        stop_on_repeat  boolean NOT NULL,
        status          text NOT NULL CHECK (status IN
          ('awaiting-approval', 'running', 'completed', 'stopped', 'cancelled')),
        ended_because   text,
        total           integer NOT NULL,
        owner           uuid,
        owned_until     timestamptz,
        created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at     timestamptz,
        CONSTRAINT job_end_has_a_time
          CHECK ((status IN ('completed', 'stopped', 'cancelled')) = (finished_at IS NOT NULL)),
        CONSTRAINT job_is_owned_for_a_time CHECK ((owner IS NULL) = (owned_until IS NULL))
      )`);
    await runner.query(`CREATE INDEX job_running ON saga.job (id) WHERE status = 'running'`);
    await runner.query(`CREATE INDEX job_finished ON saga.job (finished_at) WHERE finished_at IS NOT NULL`);
    await runner.query(`
      CREATE TABLE saga.job_item (
        job_id       uuid NOT NULL REFERENCES saga.job (id) ON DELETE CASCADE,
        -- From 1, in the order in which they are acted on.
        number       integer NOT NULL CHECK (number > 0),
        saga_id      uuid NOT NULL,
        status       text NOT NULL DEFAULT 'waiting' CHECK (status IN
          ('waiting', 'under-way', 'moved-on', 'failed-again', 'refused', 'previewed')),
        -- At what the saga failed before, and its revision after the action.
        failed_step  text,
        error_code   text,
        revision     integer,
        code         text,
        detail       text,
        consequences jsonb,
        acted_at     timestamptz,
        settled_at   timestamptz,
        PRIMARY KEY (job_id, number)
      ) WITH (fillfactor = 70)`);
    await runner.query(
      `CREATE INDEX job_item_waiting ON saga.job_item (job_id, number) WHERE status = 'waiting'`,
    );
    await runner.query(`
      CREATE INDEX job_item_under_way ON saga.job_item (job_id, number) WHERE status = 'under-way'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.job_item, saga.job`);
  }
}

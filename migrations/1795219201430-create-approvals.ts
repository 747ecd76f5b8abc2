import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Overrides that move much money wait for a second supervisor, as they were asked for. */
export class CreateApprovals1795219201430 implements MigrationInterface {
  readonly name = 'CreateApprovals1795219201430';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saga.approval (
        id               uuid PRIMARY KEY,
        saga_id          uuid,
        job_id           uuid,
        action           text NOT NULL,
        -- What else the action needs: of a skip its result and step.
        request          jsonb NOT NULL,
        -- Of the saga as it was when it was asked for; null for a job.
        revision         integer,
        money            jsonb NOT NULL,
        asked_by         text NOT NULL,
        role             text NOT NULL,
        reason           text NOT NULL CHECK (reason <> ''),
        asked_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at       timestamptz NOT NULL DEFAULT clock_timestamp() + interval '1 day',
        approved_by      text,
        approved_because text,
        approved_at      timestamptz,
        CONSTRAINT approval_is_of_a_saga_or_a_job CHECK (num_nonnulls(saga_id, job_id) = 1),
        CONSTRAINT approval_needs_a_second_person CHECK (approved_by <> asked_by),
        CONSTRAINT approval_is_whole CHECK (num_nonnulls(approved_by, approved_because, approved_at) IN (0, 3))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.approval`);
  }
}

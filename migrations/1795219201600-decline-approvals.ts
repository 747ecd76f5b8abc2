import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits for a second person can be declined, by them or by who asked for it. */
export class DeclineApprovals1795219201600 implements MigrationInterface {
  readonly name = 'DeclineApprovals1795219201600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE saga.approval
        ADD COLUMN declined_by      text,
        ADD COLUMN declined_because text,
        ADD COLUMN declined_at      timestamptz,
        ADD CONSTRAINT approval_decline_is_whole
          CHECK (num_nonnulls(declined_by, declined_because, declined_at) IN (0, 3)),
        -- A process of the release before, which knows of no declining, cannot approve of what was declined.
        ADD CONSTRAINT approval_is_decided_once CHECK (approved_at IS NULL OR declined_at IS NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE saga.approval
        DROP COLUMN declined_by,
        DROP COLUMN declined_because,
        DROP COLUMN declined_at`);
  }
}

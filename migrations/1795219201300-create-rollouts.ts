import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which versions of a definition new sagas get, and how each saga came by its own. */
export class CreateRollouts1795219201300 implements MigrationInterface {
  readonly name = 'CreateRollouts1795219201300';

  async up(runner: QueryRunner): Promise<void> {
    // No row: the build's default version gets all, and every version is active.
    await runner.query(`
      CREATE TABLE saga.rollout (
        definition text PRIMARY KEY,
        revision   integer NOT NULL CHECK (revision >= 0),
        -- Whole percents by version.
        shares     jsonb NOT NULL,
        -- In order: the first one that fits decides, before the shares do.
        rules      jsonb NOT NULL DEFAULT '[]',
        sticky_by  text NOT NULL DEFAULT 'order' CHECK (sticky_by IN ('order', 'customer')),
        -- By version; one that is missing is active.
        states     jsonb NOT NULL DEFAULT '{}',
        guard      jsonb,
        -- What the last guard found; of it there is none as long as one stands.
        breach     jsonb,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL,
        CONSTRAINT rollout_is_guarded_or_breached CHECK (guard IS NULL OR breach IS NULL)
      )`);
    // Null: it was begun before there were rollouts, or whoever began it named its version.
    await runner.query(`ALTER TABLE saga.instance ADD COLUMN assigned_by text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE saga.instance DROP COLUMN assigned_by`);
    await runner.query(`DROP TABLE saga.rollout`);
  }
}

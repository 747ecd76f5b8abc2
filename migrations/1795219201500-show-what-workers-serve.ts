import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which versions a worker can carry on, so that it can be told why nobody takes a saga up. */
export class ShowWhatWorkersServe1795219201500 implements MigrationInterface {
  readonly name = 'ShowWhatWorkersServe1795219201500';

  async up(runner: QueryRunner): Promise<void> {
    // Null: a worker of the release before, which does not say.
    await runner.query(`ALTER TABLE saga.worker ADD COLUMN serves text[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE saga.worker DROP COLUMN serves`);
  }
}

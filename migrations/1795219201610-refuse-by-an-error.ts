import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For statements whose answer nobody waits for: what they have to refuse fails them, and the COMMIT behind them. */
export class RefuseByAnError1795219201610 implements MigrationInterface {
  readonly name = 'RefuseByAnError1795219201610';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION platform.refuse(message text) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN
        RAISE EXCEPTION USING MESSAGE = message, ERRCODE = 'PF001';
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION platform.refuse(text)`);
  }
}

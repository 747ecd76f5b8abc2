import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was decided on another journal than there is fails its statement, whose COMMIT may be on its way already. */
export class RefuseStaleJournals1795219201520 implements MigrationInterface {
  readonly name = 'RefuseStaleJournals1795219201520';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION saga.refuse_stale_journals(sagas text[]) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN
        RAISE EXCEPTION 'Decided on something else than the journal.'
          USING ERRCODE = 'SG001', DETAIL = array_to_string(sagas, ', ');
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION saga.refuse_stale_journals(text[])`);
  }
}

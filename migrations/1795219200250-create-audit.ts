import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what to which saga, when and why: one row an action, in the action's own transaction, never changed. */
export class CreateAudit1795219200250 implements MigrationInterface {
  readonly name = 'CreateAudit1795219200250';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA IF NOT EXISTS saga`);
    await runner.query(`
      CREATE TABLE saga.audit (
        id      uuid        PRIMARY KEY,
        at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor   text        NOT NULL,
        role    text        NOT NULL,
        action  text        NOT NULL,
        -- No foreign key: the audit outlives the sagas that it tells of. Null: the action concerned no single saga.
        saga_id uuid,
        reason  text        NOT NULL CHECK (reason <> ''),
        before  jsonb,
        after   jsonb
      )`);
    await runner.query(`CREATE INDEX audit_by_saga ON saga.audit (saga_id, id) WHERE saga_id IS NOT NULL`);
    await runner.query(`CREATE INDEX audit_by_actor ON saga.audit (actor, id)`);
    await runner.query(`
      CREATE FUNCTION saga.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'The audit is append-only.'; END $$`);
    await runner.query(`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON saga.audit
      FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_audit_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.audit`);
    await runner.query(`DROP FUNCTION saga.refuse_audit_change()`);
  }
}

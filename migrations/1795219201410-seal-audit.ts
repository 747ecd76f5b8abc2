import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit's hash chain. Whoever acts only notes that his entry is to be sealed; entries are sealed one after the other
 * later on, by whoever holds the row of `audit_chain`. Taken from what is noted and not by their ids: an entry that
 * commits late is sealed late, and never left behind.
 */
export class SealAudit1795219201410 implements MigrationInterface {
  readonly name = 'SealAudit1795219201410';

  async up(runner: QueryRunner): Promise<void> {
    // Null: the action was no part of a bulk job; nobody else had to approve of it.
    await runner.query(`ALTER TABLE saga.audit ADD COLUMN job_id uuid, ADD COLUMN approval_id uuid`);
    await runner.query(`CREATE INDEX audit_by_job ON saga.audit (job_id, id) WHERE job_id IS NOT NULL`);
    await runner.query(`
      CREATE TABLE saga.audit_unsealed (
        number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        entry_id uuid NOT NULL UNIQUE
      )`);
    await runner.query(`INSERT INTO saga.audit_unsealed (entry_id) SELECT id FROM saga.audit ORDER BY id`);
    await runner.query(`
      CREATE FUNCTION saga.note_unsealed_entry() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN
        INSERT INTO saga.audit_unsealed (entry_id) VALUES (NEW.id);
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_is_to_be_sealed AFTER INSERT ON saga.audit
      FOR EACH ROW EXECUTE FUNCTION saga.note_unsealed_entry()`);
    await runner.query(`
      CREATE TABLE saga.audit_seal (
        sequence      bigint PRIMARY KEY CHECK (sequence > 0),
        -- No foreign key: an entry that somebody removes must leave its seal.
        entry_id      uuid NOT NULL UNIQUE,
        previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
        hash          bytea NOT NULL CHECK (octet_length(hash) = 32),
        sealed_at     timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON saga.audit_seal
      FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_audit_change()`);
    await runner.query(`
      CREATE TABLE saga.audit_chain (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        -- Of the last seal; before the first one 0 and zeros.
        sequence bigint NOT NULL DEFAULT 0,
        hash     bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
      )`);
    await runner.query(`INSERT INTO saga.audit_chain DEFAULT VALUES`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE saga.audit_chain, saga.audit_seal, saga.audit_unsealed`);
    await runner.query(`DROP TRIGGER audit_is_to_be_sealed ON saga.audit`);
    await runner.query(`DROP FUNCTION saga.note_unsealed_entry()`);
    await runner.query(`ALTER TABLE saga.audit DROP COLUMN job_id, DROP COLUMN approval_id`);
  }
}

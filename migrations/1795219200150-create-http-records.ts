import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the HTTP edge must remember to do nothing twice: answers under idempotency keys, and webhook events. Both
 * are keyed by what a client or sender chose, which must be unique across time, so neither table is partitioned;
 * both are pruned by age in small batches.
 */
export class CreateHttpRecords1795219200150 implements MigrationInterface {
  readonly name = 'CreateHttpRecords1795219200150';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA IF NOT EXISTS platform`);
    await runner.query(`
      CREATE TABLE platform.idempotency_record (
        scope        text        NOT NULL,
        key          text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
        request_hash bytea       NOT NULL CHECK (octet_length(request_hash) = 32),
        -- Null only inside the transaction that claimed the key.
        status       smallint    CHECK (status BETWEEN 200 AND 499),
        location     text,
        -- text, not jsonb: the answer is given again byte by byte.
        body         text,
        created_at   timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, key)
      ) WITH (fillfactor = 70)`); // Each row is updated once, in place: room for that on its page.
    await runner.query(
      `CREATE INDEX idempotency_record_created_at ON platform.idempotency_record (created_at)`,
    );
    // An INSERT that meets the same key of an open transaction would wait for its end; lock_timeout turns this
    // into an error at once. Set on the function, it holds for this statement alone and leaves nothing behind.
    await runner.query(`
      CREATE FUNCTION platform.claim_idempotency_key(p_scope text, p_key text, p_request_hash bytea)
      RETURNS TABLE (request_hash bytea, status smallint, location text, body text)
      LANGUAGE plpgsql
      SET lock_timeout = '20ms'
      AS $$
      BEGIN
        LOOP
          INSERT INTO platform.idempotency_record AS r (scope, key, request_hash)
          VALUES (p_scope, p_key, p_request_hash)
          ON CONFLICT ON CONSTRAINT idempotency_record_pkey DO NOTHING;
          EXIT WHEN FOUND;
          RETURN QUERY
            SELECT r.request_hash, r.status, r.location, r.body
              FROM platform.idempotency_record AS r
             WHERE r.scope = p_scope AND r.key = p_key;
          EXIT WHEN FOUND;
          -- It was pruned between the two statements, so the key is free again.
        END LOOP;
      END
      $$`);
    await runner.query(`
      CREATE TABLE platform.webhook_event (
        source      text        NOT NULL,
        id          text        NOT NULL CHECK (char_length(id) BETWEEN 1 AND 255),
        type        text        NOT NULL,
        payload     jsonb       NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        -- Null: stored, but it met nothing that it could change.
        applied_at  timestamptz,
        PRIMARY KEY (source, id)
      )`);
    await runner.query(`CREATE INDEX webhook_event_received_at ON platform.webhook_event (received_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE platform.webhook_event`);
    await runner.query(`DROP FUNCTION platform.claim_idempotency_key(text, text, bytea)`);
    await runner.query(`DROP TABLE platform.idempotency_record`);
  }
}

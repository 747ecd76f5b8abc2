import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the auditor reads: each module shows its books in views of its own, and nothing personal is in them. And
 * what it writes: whose turn it is to check, and the last report, so that every process answers the same.
 */
export class CreateAuditor1795219200800 implements MigrationInterface {
  readonly name = 'CreateAuditor1795219200800';

  async up(runner: QueryRunner): Promise<void> {
    await this.createBooks(runner);
    await runner.query(`CREATE SCHEMA auditor`);
    await runner.query(`
      CREATE TABLE auditor.turn (
        only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        -- Null: nobody checks now.
        holder     uuid,
        expires_at timestamptz,
        CONSTRAINT turn_is_whole CHECK ((holder IS NULL) = (expires_at IS NULL))
      )`);
    await runner.query(`INSERT INTO auditor.turn DEFAULT VALUES`);
    await runner.query(`
      CREATE TABLE auditor.report (
        only_row           boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        checked_at         timestamptz NOT NULL,
        duration_ms        integer     NOT NULL CHECK (duration_ms >= 0),
        violations         jsonb       NOT NULL CHECK (jsonb_typeof(violations) = 'array'),
        -- Sagas that ended before this time have been looked at since they did.
        watermark          timestamptz NOT NULL,
        last_complete_at   timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA auditor CASCADE`);
    await runner.query(`DROP INDEX saga.instance_by_end`);
    await runner.query(`DROP VIEW saga.instance_books`);
    await runner.query(`DROP VIEW shipping.shipment_books`);
    await runner.query(`DROP VIEW inventory.stock_books, inventory.reservation_books`);
    await runner.query(`DROP VIEW orders.order_books`);
  }

  private async createBooks(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW orders.order_books AS
      SELECT id AS order_id, status, currency, total_amount, updated_at
        FROM orders."order"`);
    await runner.query(`
      CREATE VIEW inventory.reservation_books AS
      SELECT order_id, status, lines, updated_at
        FROM inventory.reservation`);
    // A subselect rather than a join: whoever does not ask for adjusted does not pay for it.
    await runner.query(`
      CREATE VIEW inventory.stock_books AS
      SELECT sku, on_hand, reserved,
             (SELECT COALESCE(sum(a.quantity), 0)::bigint FROM inventory.stock_adjustment a
               WHERE a.sku = s.sku) AS adjusted
        FROM inventory.stock s`);
    await runner.query(`
      CREATE VIEW shipping.shipment_books AS
      SELECT id AS shipment_id, order_id, status, tracking_number, updated_at
        FROM shipping.shipment`);
    // owned_until: null when nobody owns the saga, or its owner has no lease any more. The last two columns look
    // into the journal, and cost nothing while they are not asked for.
    await runner.query(`
      CREATE VIEW saga.instance_books AS
      SELECT i.id AS saga_id, i.definition, i.version, i.correlation_id, i.status, i.open_effects, i.wake_at,
             i.owner, w.expires_at AS owned_until, i.updated_at, i.finished_at AS ended_at,
             (SELECT count(*) FILTER (WHERE e.entry ->> 'kind' = 'waiting')
                   - count(*) FILTER (WHERE e.entry ->> 'kind' = 'wait-ended')
                FROM saga.journal j CROSS JOIN LATERAL jsonb_array_elements(j.entries) AS e (entry)
               WHERE j.saga_id = i.id)::int AS open_waits,
             EXISTS (SELECT
                       FROM saga.journal j CROSS JOIN LATERAL jsonb_array_elements(j.entries) AS e (entry)
                      WHERE j.saga_id = i.id AND e.entry ->> 'kind' = 'succeeded'
                        AND e.entry ->> 'by' IS NOT NULL) AS settled_by_hand
        FROM saga.instance i
        LEFT JOIN saga.worker w ON w.id = i.owner`);
    // The auditor looks at what has ended since its last report. One entry a saga, in the write that ends it, which
    // changes indexed columns in any case.
    await runner.query(`
      CREATE INDEX instance_by_end ON saga.instance (finished_at) WHERE finished_at IS NOT NULL`);
  }
}

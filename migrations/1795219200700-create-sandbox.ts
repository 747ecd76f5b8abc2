import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The pretended outside world: a payment gateway and a carrier with ledgers of their own. The application's own
 * statements never touch this schema; the sandbox adapters do, on connections of their own.
 */
export class CreateSandbox1795219200700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA sandbox');
    await this.createControls(runner);
    await this.createProtocol(runner);
    await this.createLedgers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA sandbox CASCADE');
  }

  /** What the operator of the sandbox turns. */
  private async createControls(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sandbox.fault_switch (
        dependency text PRIMARY KEY CHECK (dependency IN ('payments', 'carrier')),
        mode text NOT NULL DEFAULT 'up' CHECK (mode IN ('up', 'down', 'healed'))
      )
    `);
    await runner.query(`INSERT INTO sandbox.fault_switch (dependency) VALUES ('payments'), ('carrier')`);
    await runner.query(`
      CREATE TABLE sandbox.setting (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        latency_ms integer NOT NULL DEFAULT 0 CHECK (latency_ms >= 0),
        forget_keys_after_seconds integer CHECK (forget_keys_after_seconds >= 0)
      )
    `);
    await runner.query('INSERT INTO sandbox.setting DEFAULT VALUES');
  }

  /** What the other side remembers of requests, beside what they did. */
  private async createProtocol(runner: QueryRunner): Promise<void> {
    // For "fails twice, per key".
    await runner.query(`
      CREATE TABLE sandbox.request_log (
        dependency text NOT NULL REFERENCES sandbox.fault_switch,
        key text NOT NULL,
        count integer NOT NULL DEFAULT 1,
        first_seen_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (dependency, key)
      ) WITH (fillfactor = 80)
    `);
    // request: the request that was answered first under this key; all others get its answer.
    await runner.query(`
      CREATE TABLE sandbox.idempotency_key (
        dependency text NOT NULL REFERENCES sandbox.fault_switch,
        key text NOT NULL,
        fingerprint text NOT NULL,
        answer jsonb NOT NULL,
        request uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (dependency, key)
      )
    `);
    // One row for each reference of ours that the other side has seen. Requests about the same reference queue up
    // on it; once refused_at is set (a refund, a cancellation), nothing new can happen under the reference.
    await runner.query(`
      CREATE TABLE sandbox.reference (
        dependency text NOT NULL REFERENCES sandbox.fault_switch,
        reference uuid NOT NULL,
        refused_at timestamptz,
        PRIMARY KEY (dependency, reference)
      ) WITH (fillfactor = 80)
    `);
    // Deleted once it is delivered.
    await runner.query(`
      CREATE TABLE sandbox.webhook (
        id uuid PRIMARY KEY,
        dependency text NOT NULL REFERENCES sandbox.fault_switch,
        path text NOT NULL,
        body text NOT NULL,
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 80)
    `);
    await runner.query('CREATE INDEX webhook_by_due ON sandbox.webhook (due_at)');
  }

  private async createLedgers(runner: QueryRunner): Promise<void> {
    // References are not unique on purpose: a gateway that has forgotten an idempotency key charges again, and a
    // ledger that could not show it would hide the very mistake it is there to find.
    // Ledger times are whole milliseconds, so that a client can name a place in the list by them.
    // available_at: when the money is taken; in the future while the bank has not confirmed.
    await runner.query(`
      CREATE TABLE sandbox.charge (
        gateway_reference text PRIMARY KEY,
        reference uuid NOT NULL,
        order_id uuid NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        refunded_amount bigint NOT NULL DEFAULT 0,
        currency char(3) NOT NULL,
        payment_method text NOT NULL,
        idempotency_key text NOT NULL,
        available_at timestamptz(3) NOT NULL,
        voided_at timestamptz,
        webhook_id uuid,
        CONSTRAINT charge_refunds_at_most_itself CHECK (refunded_amount BETWEEN 0 AND amount),
        CONSTRAINT charge_voided_took_nothing CHECK (voided_at IS NULL OR refunded_amount = 0)
      ) WITH (fillfactor = 80)
    `);
    await runner.query('CREATE INDEX charge_by_reference ON sandbox.charge (reference)');
    await runner.query(
      'CREATE INDEX charge_by_age ON sandbox.charge (available_at DESC, gateway_reference DESC)',
    );
    // The vault: no place for a card's number, holder, expiry or cvc.
    await runner.query(`
      CREATE TABLE sandbox.card (
        token text PRIMARY KEY,
        brand text NOT NULL,
        last4 varchar(4) NOT NULL,
        refusal_code text,
        created_at timestamptz NOT NULL DEFAULT now()
      )
    `);
    await runner.query(`
      CREATE TABLE sandbox.booking (
        tracking_number text PRIMARY KEY,
        reference uuid NOT NULL,
        order_id uuid NOT NULL,
        status text NOT NULL CHECK (status IN ('booked', 'cancelled')),
        idempotency_key text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now())
      ) WITH (fillfactor = 80)
    `);
    await runner.query('CREATE INDEX booking_by_reference ON sandbox.booking (reference)');
    await runner.query(
      'CREATE INDEX booking_by_age ON sandbox.booking (created_at DESC, tracking_number DESC)',
    );
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments as we know them. A card has no place here: `payment_method` is a token. */
export class CreateBilling1795219200500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA billing');
    // id: our reference at the gateway. No status is part of an index, so that its changes stay on the page (HOT).
    await runner.query(`
      CREATE TABLE billing.payment (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL,
        status text NOT NULL DEFAULT 'pending',
        amount bigint NOT NULL,
        refunded_amount bigint NOT NULL DEFAULT 0,
        currency char(3) NOT NULL,
        payment_method text NOT NULL,
        gateway_reference text,
        decline_code text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT payment_status_known CHECK (
          status IN ('pending', 'charged', 'declined', 'refunded', 'unknown')
        ),
        CONSTRAINT payment_takes_something CHECK (amount > 0),
        CONSTRAINT payment_refunds_at_most_itself CHECK (refunded_amount BETWEEN 0 AND amount),
        CONSTRAINT payment_refunded_gave_back CHECK ((status = 'refunded') = (refunded_amount > 0)),
        CONSTRAINT payment_taken_is_known_there CHECK (
          status NOT IN ('charged', 'refunded') OR gateway_reference IS NOT NULL
        ),
        CONSTRAINT payment_declined_has_cause CHECK ((status = 'declined') = (decline_code IS NOT NULL))
      ) WITH (fillfactor = 80)
    `);
    await runner.query('CREATE INDEX payment_by_order ON billing.payment (order_id, id DESC)');

    // For the auditor, and nobody else: what has been taken and given back for each order, as we know it.
    await runner.query(`
      CREATE VIEW billing.payment_books AS
      SELECT id AS payment_id, order_id, status, currency,
             CASE WHEN status IN ('charged', 'refunded') THEN amount ELSE 0 END AS captured_amount,
             refunded_amount, gateway_reference, updated_at
        FROM billing.payment
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA billing CASCADE');
  }
}

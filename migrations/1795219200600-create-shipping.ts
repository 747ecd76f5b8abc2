import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shipments as we know them, and the carrier's parcels by tracking number. */
export class CreateShipping1795219200600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA shipping');
    // The receiver's columns are personal data and may be emptied once the carrier has its booking. No status is
    // part of an index, so that its changes stay on the page (HOT).
    await runner.query(`
      CREATE TABLE shipping.shipment (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL,
        status text NOT NULL,
        carrier text,
        tracking_number text,
        refusal_code text,
        receiver_name text,
        receiver_line1 text,
        receiver_line2 text,
        receiver_city text,
        receiver_postal_code text,
        receiver_country text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT shipment_status_known CHECK (
          status IN ('requested', 'booked', 'in_transit', 'delivered', 'cancelled', 'failed')
        ),
        CONSTRAINT shipment_requested_has_receiver CHECK (
          status <> 'requested' OR (
            receiver_name IS NOT NULL AND receiver_line1 IS NOT NULL AND receiver_city IS NOT NULL
            AND receiver_postal_code IS NOT NULL AND receiver_country IS NOT NULL
          )
        ),
        CONSTRAINT shipment_moving_is_booked CHECK (
          status NOT IN ('booked', 'in_transit', 'delivered') OR tracking_number IS NOT NULL
        ),
        CONSTRAINT shipment_booked_names_carrier CHECK ((carrier IS NULL) = (tracking_number IS NULL)),
        CONSTRAINT shipment_failed_has_cause CHECK (
          status <> 'failed' OR refusal_code IS NOT NULL OR tracking_number IS NOT NULL
        )
      ) WITH (fillfactor = 80)
    `);
    await runner.query('CREATE INDEX shipment_by_order ON shipping.shipment (order_id, id DESC)');

    // A carrier may tell of a parcel before we have recorded its booking. Booking and webhook meet on this row's
    // primary key, so that neither can miss the other; it also says that a tracking number is one shipment's.
    await runner.query(`
      CREATE TABLE shipping.parcel (
        tracking_number text PRIMARY KEY,
        shipment_id uuid,
        status text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT parcel_status_known CHECK (status IN ('booked', 'in_transit', 'delivered', 'failed')),
        CONSTRAINT parcel_unclaimed_was_told CHECK (shipment_id IS NOT NULL OR status <> 'booked')
      ) WITH (fillfactor = 80)
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA shipping CASCADE');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Orders. Every list walks an index by id backwards: UUIDv7, so newest first. Lines travel as one document,
 * since nobody changes one; `order_sku` is the index by product, with one entry a line and no join to read an
 * order. `status` is indexed, so an update is never heap-only; the fill factor keeps it on its page.
 */
export class CreateOrders1795219200300 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SCHEMA orders;

      CREATE TABLE orders."order" (
        id uuid PRIMARY KEY,
        status text NOT NULL,
        customer_id text NOT NULL,
        currency char(3) NOT NULL,
        total_amount bigint NOT NULL,
        payment_method text NOT NULL,
        lines jsonb NOT NULL,
        ship_to_name text,
        ship_to_line1 text,
        ship_to_line2 text,
        ship_to_city text,
        ship_to_postal_code text,
        ship_to_country char(2),
        failure_code text,
        failure_message text,
        status_history jsonb NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT order_status_is_known CHECK (
          status IN ('pending', 'confirmed', 'shipped', 'delivered', 'rejected', 'cancelling', 'cancelled')
        ),
        CONSTRAINT order_total_is_not_negative CHECK (total_amount >= 0),
        CONSTRAINT order_payment_method_is_a_token CHECK (payment_method LIKE 'pm\\_%'),
        CONSTRAINT order_has_lines CHECK (jsonb_array_length(lines) BETWEEN 1 AND 100),
        CONSTRAINT order_version_is_positive CHECK (version >= 1),
        CONSTRAINT order_failure_is_whole CHECK (num_nonnulls(failure_code, failure_message) IN (0, 2)),
        CONSTRAINT order_failure_says_why CHECK (
          status NOT IN ('rejected', 'cancelling', 'cancelled') OR failure_code IS NOT NULL
        ),
        CONSTRAINT order_address_is_whole CHECK (
          num_nonnulls(ship_to_name, ship_to_line1, ship_to_city, ship_to_postal_code, ship_to_country) IN (0, 5)
        ),
        CONSTRAINT order_address_is_kept_while_running CHECK (
          status NOT IN ('pending', 'cancelling') OR ship_to_name IS NOT NULL
        )
      ) WITH (fillfactor = 70);

      CREATE INDEX order_by_status ON orders."order" (status, id);
      CREATE INDEX order_by_customer ON orders."order" (customer_id, id);

      -- Written in the statement that writes the order, and never alone: a foreign key would only repeat that.
      CREATE TABLE orders.order_sku (
        sku text NOT NULL,
        order_id uuid NOT NULL,
        PRIMARY KEY (sku, order_id)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP SCHEMA orders CASCADE`);
  }
}

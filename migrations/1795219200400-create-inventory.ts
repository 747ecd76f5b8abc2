import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Products, their stock, the reservations of orders, and the ledger of adjustments made by people. */
export class CreateInventory1795219200400 implements MigrationInterface {
  readonly name = 'CreateInventory1795219200400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA inventory`);

    await runner.query(`
      CREATE TABLE inventory.product (
        sku         text COLLATE "C" PRIMARY KEY CHECK (length(sku) BETWEEN 1 AND 64),
        id          uuid NOT NULL UNIQUE,
        name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        unit_amount bigint NOT NULL CHECK (unit_amount >= 0),
        currency    char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        version     integer NOT NULL DEFAULT 1,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      COMMENT ON COLUMN inventory.product.id IS 'UUIDv7: newest first is this, descending'`);

    // The hot table: a row of its own, narrow, with room on each page, so that an update stays on its page and
    // touches no index (HOT). No column but the key may ever be indexed.
    await runner.query(`
      CREATE TABLE inventory.stock (
        sku      text COLLATE "C" PRIMARY KEY REFERENCES inventory.product (sku),
        on_hand  bigint NOT NULL DEFAULT 0,
        reserved bigint NOT NULL DEFAULT 0,
        CONSTRAINT stock_reserved_not_negative CHECK (reserved >= 0),
        CONSTRAINT stock_never_oversold CHECK (on_hand >= reserved)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000)`);

    // One row an order, also for one that was released before it reserved (a tombstone without lines).
    await runner.query(`
      CREATE TABLE inventory.reservation (
        order_id   uuid PRIMARY KEY,
        status     text NOT NULL CHECK (status IN ('reserved', 'committed', 'released', 'returned')),
        lines      jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    // What is open now, whatever the table's age: reserved stock must equal the sum of these.
    await runner.query(`
      CREATE INDEX reservation_open ON inventory.reservation (order_id) WHERE status = 'reserved'`);

    await runner.query(`
      CREATE TABLE inventory.stock_adjustment (
        id            uuid PRIMARY KEY,
        sku           text COLLATE "C" NOT NULL REFERENCES inventory.product (sku),
        quantity      integer NOT NULL CHECK (quantity <> 0),
        reason        text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
        actor         text NOT NULL,
        on_hand_after bigint NOT NULL CHECK (on_hand_after >= 0),
        created_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE INDEX stock_adjustment_by_sku ON inventory.stock_adjustment (sku, id DESC)`);

    await runner.query(`
      CREATE FUNCTION inventory.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'inventory.stock_adjustment is append-only: write a correcting adjustment instead'
          USING ERRCODE = 'restrict_violation';
      END $$`);
    await runner.query(`
      CREATE TRIGGER stock_adjustment_append_only BEFORE UPDATE OR DELETE ON inventory.stock_adjustment
        FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA inventory CASCADE`);
  }
}

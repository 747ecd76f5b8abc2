/**
 * The tables of the hand-written baselines. Those of the domain are the application's own, with the same columns,
 * checks, indexes and room in their pages; beside them a state row for each saga and an event row for each step.
 */
export const byHandSchema = `
  CREATE SCHEMA by_hand;

  CREATE TABLE by_hand.product (LIKE inventory.product INCLUDING ALL);
  CREATE TABLE by_hand.stock (LIKE inventory.stock INCLUDING ALL)
    WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
  CREATE TABLE by_hand.reservation (LIKE inventory.reservation INCLUDING ALL);
  CREATE TABLE by_hand.payment (LIKE billing.payment INCLUDING ALL) WITH (fillfactor = 80);
  CREATE TABLE by_hand.shipment (LIKE shipping.shipment INCLUDING ALL) WITH (fillfactor = 80);
  CREATE TABLE by_hand.parcel (LIKE shipping.parcel INCLUDING ALL) WITH (fillfactor = 80);
  CREATE TABLE by_hand."order" (LIKE orders."order" INCLUDING ALL) WITH (fillfactor = 70);
  CREATE TABLE by_hand.order_sku (LIKE orders.order_sku INCLUDING ALL);
  INSERT INTO by_hand.product SELECT * FROM inventory.product;
  INSERT INTO by_hand.stock SELECT * FROM inventory.stock;

  CREATE TABLE by_hand.saga (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    next_step text,
    revision int NOT NULL DEFAULT 1,
    input jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  ) WITH (fillfactor = 60);
  -- Whoever takes over after a crash finds by it what is under way.
  CREATE INDEX saga_unfinished ON by_hand.saga (id) WHERE finished_at IS NULL;

  CREATE TABLE by_hand.event (
    saga_id uuid NOT NULL,
    seq int NOT NULL,
    kind text NOT NULL,
    data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (saga_id, seq)
  );

  CREATE TABLE by_hand.note (id uuid PRIMARY KEY, body jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
`;

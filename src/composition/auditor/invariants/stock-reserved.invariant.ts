import { sqlInvariant } from '../invariant.js';

interface Row {
  sku: string;
  onHand: number;
  reserved: number;
  open: number;
}

const notAsOpen = 'INVENTORY.RESERVED_NOT_AS_OPEN';
const negative = 'INVENTORY.NEGATIVE';

/** What a stock row says is reserved is what the open reservations hold, and no figure of it is below zero. */
export const stockReserved = sqlInvariant<Row>({
  codes: [notAsOpen, negative],
  // By COLLATE, since the two sides of a full join must agree on one.
  sql: `
    WITH open AS (
      SELECT line.sku COLLATE "C" AS sku, sum(line.quantity)::bigint AS pieces
        FROM inventory.reservation_books r
       CROSS JOIN LATERAL jsonb_to_recordset(r.lines) AS line (sku text, quantity bigint)
       WHERE r.status = 'reserved'
       GROUP BY 1
    )
    SELECT sku, COALESCE(s.on_hand, 0) AS "onHand", COALESCE(s.reserved, 0) AS reserved,
           COALESCE(open.pieces, 0) AS open
      FROM inventory.stock_books s
      FULL JOIN open USING (sku)
     WHERE COALESCE(s.reserved, 0) <> COALESCE(open.pieces, 0) OR s.reserved < 0 OR s.on_hand < s.reserved`,
  values: () => [],
  explain: ({ sku, onHand, reserved, open }) => ({
    sagaId: null,
    orderId: null,
    ...(reserved < 0 || onHand < reserved
      ? {
          code: negative,
          text: `The stock of ${sku} is below zero: ${onHand} on hand and ${reserved} reserved.`,
          repair: `Count ${sku} and book what is missing by POST /v1/products/${sku}/stock-adjustments; then see which orders cannot be served.`,
        }
      : {
          code: notAsOpen,
          text: `The stock of ${sku} says that ${reserved} pieces are reserved, but open reservations hold ${open}.`,
          repair: `Set the reserved figure of ${sku} to ${open} in inventory, in one transaction with a look at its open reservations.`,
        }),
  }),
});

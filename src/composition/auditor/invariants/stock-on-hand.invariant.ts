import { sqlInvariant } from '../invariant.js';

interface Row {
  sku: string;
  onHand: number;
  adjusted: number;
  taken: number;
}

const code = 'INVENTORY.ON_HAND_UNEXPLAINED';

/** What is on hand is what people put there, less what orders took. Adds up all time, so complete checks only. */
export const stockOnHand = sqlInvariant<Row>({
  codes: [code],
  overAllTime: true,
  sql: `
    WITH taken AS (
      SELECT line.sku COLLATE "C" AS sku, sum(line.quantity)::bigint AS pieces
        FROM inventory.reservation_books r
       CROSS JOIN LATERAL jsonb_to_recordset(r.lines) AS line (sku text, quantity bigint)
       WHERE r.status = 'committed'
       GROUP BY 1
    )
    SELECT sku, COALESCE(s.on_hand, 0) AS "onHand", COALESCE(s.adjusted, 0) AS adjusted,
           COALESCE(taken.pieces, 0) AS taken
      FROM inventory.stock_books s
      FULL JOIN taken USING (sku)
     WHERE COALESCE(s.on_hand, 0) <> COALESCE(s.adjusted, 0) - COALESCE(taken.pieces, 0)`,
  values: () => [],
  explain: ({ sku, onHand, adjusted, taken }) => ({
    code,
    sagaId: null,
    orderId: null,
    text: `${onHand} pieces of ${sku} are on hand, but adjustments of ${adjusted} less ${taken} taken by orders leave ${adjusted - taken}.`,
    repair: `Count ${sku} and compare GET /v1/products/${sku}/stock with the count before you correct either.`,
  }),
});

import { sqlInvariant } from '../invariant.js';
import { endedSagas, endedSagasValues, settledByHand } from '../scope.js';

interface Row {
  sagaId: string;
  orderId: string;
  sagaStatus: string;
  /** Null: the order has none. */
  reservation: string | null;
}

const leftOpen = 'INVENTORY.RESERVATION_LEFT_OPEN';
const notReturned = 'INVENTORY.GOODS_NOT_RETURNED';
const notTaken = 'INVENTORY.GOODS_NOT_TAKEN';

/** An ended saga holds no pieces: a completed one has taken them, a compensated one has given them back. */
export const goodsAsEnded = sqlInvariant<Row>({
  codes: [leftOpen, notReturned, notTaken],
  sql: `
    WITH ${endedSagas}
    SELECT e.saga_id AS "sagaId", e.order_id AS "orderId", e.status AS "sagaStatus", r.status AS reservation
      FROM ended e
      LEFT JOIN inventory.reservation_books r USING (order_id)
     WHERE ((e.status = 'compensated' AND r.status IN ('reserved', 'committed'))
            OR (e.status = 'completed' AND r.status IS DISTINCT FROM 'committed'))
       AND NOT ${settledByHand('e.saga_id')}`,
  values: endedSagasValues,
  explain: ({ sagaId, orderId, sagaStatus, reservation }) => {
    const about = { sagaId, orderId };
    if (reservation === 'reserved') {
      return {
        ...about,
        code: leftOpen,
        text: `The saga of order ${orderId} has ended ${sagaStatus}, but the order's reservation is still open.`,
        repair: 'Release the reservation in inventory, so that its pieces can be sold again.',
      };
    }
    if (sagaStatus === 'compensated') {
      return {
        ...about,
        code: notReturned,
        text: `The saga of order ${orderId} was compensated, but its goods were never returned to the stock.`,
        repair: 'Return the committed reservation in inventory, once it is certain that the goods are there.',
      };
    }
    return {
      ...about,
      code: notTaken,
      text: `The saga of order ${orderId} is completed, but no goods were taken for it: its reservation is ${reservation ?? 'missing'}.`,
      repair:
        'Find out whether the goods left the warehouse; correct the stock by an adjustment if they did.',
    };
  },
});

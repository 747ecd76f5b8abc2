import { sqlInvariant } from '../invariant.js';
import { endedSagas, endedSagasValues, settledByHand } from '../scope.js';

interface Row {
  sagaId: string;
  orderId: string;
  sagaStatus: string;
  shipments: number;
}

const left = 'SHIPPING.SHIPMENT_LEFT';
const nothing = 'SHIPPING.NOTHING_SHIPPED';
const twice = 'SHIPPING.SHIPPED_TWICE';

/** One parcel for an order that came about, none for one that was undone. A lost parcel was a parcel. */
export const shipmentsAsEnded = sqlInvariant<Row>({
  codes: [left, nothing, twice],
  sql: `
    WITH ${endedSagas}, shipped AS (
      SELECT e.saga_id, e.order_id, e.status, count(s.shipment_id)::int AS shipments
        FROM ended e
        LEFT JOIN shipping.shipment_books s
          ON s.order_id = e.order_id
         AND (s.status IN ('booked', 'in_transit', 'delivered')
              OR (s.status = 'failed' AND s.tracking_number IS NOT NULL))
       WHERE e.status IN ('completed', 'compensated')
       GROUP BY e.saga_id, e.order_id, e.status
    )
    SELECT saga_id AS "sagaId", order_id AS "orderId", status AS "sagaStatus", shipments
      FROM shipped
     WHERE shipments <> CASE status WHEN 'completed' THEN 1 ELSE 0 END
       AND NOT ${settledByHand('shipped.saga_id')}`,
  values: endedSagasValues,
  explain: ({ sagaId, orderId, sagaStatus, shipments }) => {
    const about = { sagaId, orderId };
    if (sagaStatus === 'compensated') {
      return {
        ...about,
        code: left,
        text: `The saga of order ${orderId} was compensated, but ${shipments} shipment(s) of it are booked.`,
        repair: 'Cancel the booking with the carrier, or call the parcel back.',
      };
    }
    return shipments === 0
      ? {
          ...about,
          code: nothing,
          text: `The saga of order ${orderId} is completed, but nothing was shipped.`,
          repair:
            'Ask the carrier for the booking by GET /v1/shipments?orderId=; book the parcel by hand if there is none.',
        }
      : {
          ...about,
          code: twice,
          text: `Order ${orderId} has ${shipments} shipments that are booked or on their way, and is due one.`,
          repair: 'Cancel all but one of the bookings with the carrier.',
        };
  },
});

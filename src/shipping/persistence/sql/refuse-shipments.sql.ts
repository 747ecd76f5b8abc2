import { statement } from '../../../platform/database/statement.js';

/** Marks shipments that the carrier refused. $1 ids, $2 codes, $3 the statuses that may be refused. */
export const refuseShipments = statement(
  'shipping.refuse-shipments',
  `UPDATE shipping.shipment s SET status = 'failed', refusal_code = r.code, updated_at = now()
   FROM unnest($1::uuid[], $2::text[]) AS r (id, code)
   WHERE s.id = ANY($1::uuid[]) AND s.id = r.id AND s.status = ANY($3::text[])`,
);

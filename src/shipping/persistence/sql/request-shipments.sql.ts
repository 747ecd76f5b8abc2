import { statement } from '../../../platform/database/statement.js';
import { shipmentColumns } from './read-shipments.sql.js';

/**
 * Inserts shipments as `requested`, or brings the address of those still `requested` up to date: an order's
 * address may change until the carrier is asked. Shipments that went on stay as they are, and so do those that have
 * the address: of these there is no `ShipmentRow` in the answer.
 * $1 ids, $2 order ids, $3 names, $4 lines 1, $5 lines 2, $6 cities, $7 postal codes, $8 countries.
 */
export const requestShipments = statement(
  'shipping.request-shipments',
  `INSERT INTO shipping.shipment AS s (
     id, order_id, status, receiver_name, receiver_line1, receiver_line2,
     receiver_city, receiver_postal_code, receiver_country
   )
   SELECT r.id, r.order_id, 'requested', r.name, r.line1, r.line2, r.city, r.postal_code, r.country
   FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
     AS r (id, order_id, name, line1, line2, city, postal_code, country)
   ORDER BY r.id
   ON CONFLICT (id) DO UPDATE SET
     receiver_name = EXCLUDED.receiver_name,
     receiver_line1 = EXCLUDED.receiver_line1,
     receiver_line2 = EXCLUDED.receiver_line2,
     receiver_city = EXCLUDED.receiver_city,
     receiver_postal_code = EXCLUDED.receiver_postal_code,
     receiver_country = EXCLUDED.receiver_country,
     updated_at = now()
   WHERE s.status = 'requested' AND s.order_id = EXCLUDED.order_id
     AND (s.receiver_name, s.receiver_line1, s.receiver_line2,
          s.receiver_city, s.receiver_postal_code, s.receiver_country)
       IS DISTINCT FROM (EXCLUDED.receiver_name, EXCLUDED.receiver_line1, EXCLUDED.receiver_line2,
          EXCLUDED.receiver_city, EXCLUDED.receiver_postal_code, EXCLUDED.receiver_country)
   RETURNING ${shipmentColumns}`,
);

import { statement } from '../../../platform/database/statement.js';

/** A `requested` shipment is left alone: the carrier has yet to be told where it goes. $1 order ids. */
export const eraseReceivers = statement(
  'shipping.erase-receivers',
  `UPDATE shipping.shipment
      SET receiver_name = NULL, receiver_line1 = NULL, receiver_line2 = NULL, receiver_city = NULL,
          receiver_postal_code = NULL, receiver_country = NULL, updated_at = now()
    WHERE order_id = ANY($1::uuid[]) AND status <> 'requested' AND receiver_name IS NOT NULL`,
);

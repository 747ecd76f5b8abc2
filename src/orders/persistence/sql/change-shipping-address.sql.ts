import { statement } from '../../../platform/database/statement.js';

/** Gives the order $1 another address if it is still pending and in version $8. */
export const changeShippingAddress = statement(
  'orders.change-shipping-address',
  `UPDATE orders."order"
      SET ship_to_name = $2, ship_to_line1 = $3, ship_to_line2 = $4, ship_to_city = $5,
          ship_to_postal_code = $6, ship_to_country = $7,
          version = version + 1, updated_at = greatest(now(), updated_at)
    WHERE id = $1 AND status = 'pending' AND version = $8
   RETURNING id`,
);

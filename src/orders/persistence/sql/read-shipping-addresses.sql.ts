import { statement } from '../../../platform/database/statement.js';

/** The addresses of the orders $1; an order whose personal data are erased has none. */
export const readShippingAddresses = statement(
  'orders.read-shipping-addresses',
  `SELECT id, ship_to_name AS name, ship_to_line1 AS line1, ship_to_line2 AS line2, ship_to_city AS city,
          ship_to_postal_code AS "postalCode", ship_to_country AS country
     FROM orders."order"
    WHERE id = ANY($1::uuid[]) AND ship_to_name IS NOT NULL`,
);

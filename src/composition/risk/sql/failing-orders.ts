/**
 * A common table expression: the failing groups with each order once that their sagas are about. $1: the definitions
 * whose business key is an order's id; that of others is not read as one.
 */
export const failingOrders = `
  failing AS MATERIALIZED (
    SELECT DISTINCT definition, version, step, error_code, key::uuid AS order_id
      FROM (SELECT *, CASE WHEN definition = ANY ($1::text[]) THEN correlation_id END AS key
              FROM saga.failure_books) AS f
     WHERE key IS NOT NULL
  )`;

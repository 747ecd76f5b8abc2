import type { OrderLine, StatusEntry } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-status.js';

/** An order as it is stored. */
export interface OrderRow {
  id: string;
  status: OrderStatus;
  customerId: string;
  currency: string;
  /** Minor units. */
  totalAmount: number;
  paymentMethod: string;
  lines: OrderLine[];
  /** The address is null in all its parts once the personal data are erased; `line2` may be null before. */
  shipToName: string | null;
  shipToLine1: string | null;
  shipToLine2: string | null;
  shipToCity: string | null;
  shipToPostalCode: string | null;
  shipToCountry: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  statusHistory: StatusEntry[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The select list that makes an `OrderRow`. */
export const ORDER_COLUMNS = `
  id, status, customer_id AS "customerId", currency, total_amount AS "totalAmount",
  payment_method AS "paymentMethod", lines, ship_to_name AS "shipToName", ship_to_line1 AS "shipToLine1",
  ship_to_line2 AS "shipToLine2", ship_to_city AS "shipToCity", ship_to_postal_code AS "shipToPostalCode",
  ship_to_country AS "shipToCountry", failure_code AS "failureCode", failure_message AS "failureMessage",
  status_history AS "statusHistory", version, created_at AS "createdAt", updated_at AS "updatedAt"`;

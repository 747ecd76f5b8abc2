import { statement } from '../../../platform/database/statement.js';

export interface AdvancedParcelRow {
  /** Null while we know no booking under this tracking number. */
  shipment_id: string | null;
}

/**
 * Stores what the carrier tells of a parcel, also of one that we do not know yet. No row: it says nothing new.
 * $1 tracking number, $2 the status then, $3 the statuses that it may come from.
 */
export const advanceParcel = statement(
  'shipping.advance-parcel',
  `INSERT INTO shipping.parcel AS p (tracking_number, status) VALUES ($1, $2)
   ON CONFLICT (tracking_number) DO UPDATE SET status = EXCLUDED.status, updated_at = now()
   WHERE p.status = ANY($3::text[])
   RETURNING p.shipment_id`,
);

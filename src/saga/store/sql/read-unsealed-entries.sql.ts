import { statement } from '../../../platform/database/statement.js';

/**
 * In one snapshot: how many entries wait for their seal, the first that was noted for one and is gone, and the first
 * that has no seal and was never noted: whoever acts through the service cannot write it.
 */
export const readUnsealedEntries = statement(
  'saga.read-unsealed-entries',
  `SELECT (SELECT count(*)::int FROM saga.audit_unsealed) AS unsealed,
          (SELECT u.entry_id FROM saga.audit_unsealed u
            WHERE NOT EXISTS (SELECT FROM saga.audit a WHERE a.id = u.entry_id)
            ORDER BY u.number LIMIT 1) AS removed,
          (SELECT min(a.id::text)
             FROM saga.audit a
             LEFT JOIN saga.audit_seal s ON s.entry_id = a.id
             LEFT JOIN saga.audit_unsealed u ON u.entry_id = a.id
            WHERE s.entry_id IS NULL AND u.entry_id IS NULL) AS inserted`,
);

import { statement } from '../../../platform/database/statement.js';

export const readReport = statement(
  'auditor.read-report',
  `SELECT checked_at AS "checkedAt", duration_ms AS "durationMs", violations, watermark,
          last_complete_at AS "lastCompleteAt"
     FROM auditor.report`,
);

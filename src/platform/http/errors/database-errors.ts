import { codeOf } from '../../messaging/rejection.js';
import { Problem } from '../problem.js';

/**
 * Errors of PostgreSQL and its driver that are not bugs of ours, as problems. A safety net: schemas should have
 * refused such input before it came to a statement, and the logs show what slipped through.
 */

/** SQLSTATEs that input can cause: the data is at fault, not the statement. */
const CAUSED_BY_INPUT = new Set([
  '22001', // string too long
  '22003', // number out of range
  '22007', // bad date
  '22008', // date out of range
  '22021', // NUL character, invalid UTF-8
  '22P02', // bad uuid, number, json
  '22P05', // character without equivalent
  '22023', // parameter out of range
  '54000', // a value exceeds a limit of the server
]);

/** The database cannot be reached, is going down or is full of connections, or chose us as a deadlock's victim. */
const TEMPORARY =
  /^(08...|57P0[1-5]|57014|53300|53400|40001|40P01|55P03|ECONNREFUSED|ECONNRESET|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;

/** pg and its pool report these without a code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/;

/** The problem for an error of the database; null when it is none of these kinds. */
export function databaseProblem(error: unknown): Problem | null {
  const code = codeOf(error);
  if (code !== null && CAUSED_BY_INPUT.has(code)) {
    return new Problem({
      status: 400,
      code: 'HTTP.VALIDATION',
      detail: 'A value of the request cannot be stored.',
      errors: [{ pointer: '', code: 'NOT_STORABLE', detail: 'A value is out of range or malformed.' }],
      cause: error,
    });
  }
  if (isOutage(error, code)) {
    return new Problem({
      status: 503,
      code: 'HTTP.UNAVAILABLE',
      // Not "nothing was changed": a connection may be lost while the commit is on its way.
      detail: 'The database does not answer now. Try again, under the same Idempotency-Key.',
      headers: { 'Retry-After': '2' },
      cause: error,
    });
  }
  return null;
}

function isOutage(error: unknown, code: string | null): boolean {
  if (code !== null && TEMPORARY.test(code)) return true;
  if (error instanceof AggregateError) return error.errors.some((inner) => isOutage(inner, codeOf(inner)));
  return error instanceof Error && LOST_CONNECTION.test(error.message);
}

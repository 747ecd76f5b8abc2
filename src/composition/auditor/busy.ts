import { Problem } from '../../platform/http/problem.js';

/** No check could be made now, through nobody's fault: ask again. */
export function busy(why: string): Problem {
  return new Problem({
    status: 503,
    code: 'AUDITOR.BUSY',
    detail: `${why} Ask again, or read the last report.`,
    headers: { 'Retry-After': '10' },
  });
}

import { DatabaseError } from 'pg';

/** SQLSTATE classes: connection exception, insufficient resources, operator intervention (a server going down). */
const SERVER_GONE = /^(08|53|57P)/;
/** The driver gives these no code. */
const DRIVER_WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded|Cannot use a pool)/;

/** True when a statement failed because its connection did, so that nobody knows whether it was carried out. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseError) return SERVER_GONE.test(error.code ?? '');
  return 'syscall' in error || error.name === 'AbortError' || DRIVER_WORDS.test(error.message);
}

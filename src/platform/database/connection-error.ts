/**
 * Errors of our own connections to the database, as opposed to whatever else may carry a similar code: a handler's
 * `ECONNRESET` is its own affair. Marked where they arise.
 */
const marked = new WeakSet<object>();

/** SQLSTATE classes and codes after which a connection, or the server, is gone: 08 (not 08P01), 53, 57, 25P03. */
const states = /^(08(?!P01)...|53...|57...|25P03)$/;
const socketCodes =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/;
/** What `pg` says without a code. */
const words = /connection terminated|connection error|not queryable|query read timeout|timeout exceeded/i;

/** Marks an error of the connection itself. @returns false for any other: the server answered, or was not asked */
export function markConnectionError(error: unknown): boolean {
  // By its shape: an error of a socket comes from Node itself, and need not be an instance of this realm's `Error`.
  if (typeof error !== 'object' || error === null || !('message' in error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const gone = code === '' ? words.test(String(error.message)) : states.test(code) || socketCodes.test(code);
  if (gone) marked.add(error);
  return gone;
}

/** True when it is not known what became of the transaction, because the database did not answer. */
export function isConnectionError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && marked.has(error);
}

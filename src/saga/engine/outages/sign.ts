import type { Work } from '../owned-saga.js';
import type { StoredError } from '../state.js';

/**
 * What the end of a call tells about whom it called.
 * - `alive`: it answered, be it with a no.
 * - `outage`: it did not answer, or said that it cannot.
 * - null: nothing; the failure is our own, or the call was ended by us.
 */
export type Sign = 'alive' | { readonly outage: StoredError } | null;

/** By name and code: what is thrown is stored, and what is stored is read by other processes. */
const outages = new Set(['RetryableError', 'OutcomeUnknownError']);
const timeouts = new Set(['SAGA.ATTEMPT_TIMEOUT', 'SAGA.HEARTBEAT_MISSED']);
/** What an HTTP client throws without an adapter's word for it: sockets of Node and of undici. */
const sockets =
  /^(E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|UND_ERR_\w*TIMEOUT|UND_ERR_SOCKET)$/;

export function signOf(work: Work): Sign {
  if (work.kind === 'record') return 'alive';
  if (work.kind === 'execute') return null;
  const { stimulus } = work;
  switch (stimulus.kind) {
    case 'rejection':
    case 'accepted':
    case 'absent':
      return 'alive';
    case 'attempt-failed':
    case 'unknown':
    case 'resolve-failed':
      return signOfError(stimulus.error);
    default:
      return null;
  }
}

function signOfError(error: StoredError): Sign {
  const code = error.code ?? '';
  return outages.has(error.name) || timeouts.has(code) || sockets.test(code) ? { outage: error } : null;
}

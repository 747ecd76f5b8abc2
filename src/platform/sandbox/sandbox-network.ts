import { Injectable } from '@nestjs/common';
import { OutcomeUnknownError, RetryableError } from '../messaging/external-errors.js';
import { isConnectionLoss } from './connection-loss.js';
import type { SandboxDependency, SandboxFaults } from './sandbox-faults.js';
import { SandboxWorld } from './sandbox-world.js';

/** Who is asked, and how its trouble is called. */
export interface SandboxParty {
  readonly dependency: SandboxDependency;
  /** Prefix of the codes, e.g. `BILLING`. */
  readonly module: string;
  /** As in "The payment gateway answered 503". */
  readonly name: string;
}

/** How the party acts while it serves a request. */
export interface SandboxConditions {
  /** The special payment methods and postal codes act as documented. */
  readonly special: boolean;
  readonly faults: SandboxFaults;
}

/**
 * The line to the outside: latency, outages and lost answers as a client of a real service meets them.
 *
 * An abort ends our waiting, not what the other side is doing: a request that is on its way is served all the
 * same, however late. Only the end of the process loses it.
 */
@Injectable()
export class SandboxNetwork {
  constructor(private readonly world: SandboxWorld) {}

  /**
   * Sends a request, to be served by `serve`.
   * @throws RetryableError `<module>.UNAVAILABLE` (503) or `.UNREACHABLE`: nothing happened
   * @throws OutcomeUnknownError `<module>.TIMEOUT` when `signal` aborts, `.CONNECTION_LOST`
   */
  async request<Answer>(
    party: SandboxParty,
    signal: AbortSignal,
    serve: (conditions: SandboxConditions) => Promise<Answer>,
  ): Promise<Answer> {
    if (signal.aborted) {
      throw new RetryableError(`${party.module}.NOT_SENT`, `The request to ${party.name} was not sent.`);
    }
    return unlessAborted(this.serve(party, serve), signal, () => {
      throw new OutcomeUnknownError(`${party.module}.TIMEOUT`, `${party.name} did not answer in time.`, {
        cause: signal.reason,
      });
    });
  }

  private async serve<Answer>(
    party: SandboxParty,
    serve: (conditions: SandboxConditions) => Promise<Answer>,
  ): Promise<Answer> {
    const faults = await this.world.faults().catch((error: unknown) => {
      throw new RetryableError(`${party.module}.UNREACHABLE`, `${party.name} cannot be reached.`, null, {
        cause: error,
      });
    });
    try {
      await this.world.wait(faults.latencyMs / 2);
      if (faults[party.dependency] === 'down') throw unavailable(party);
      const answer = await serve({ special: faults[party.dependency] === 'up', faults });
      await this.world.wait(faults.latencyMs / 2);
      return answer;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      throw new OutcomeUnknownError(
        `${party.module}.CONNECTION_LOST`,
        `The connection to ${party.name} was lost before it answered.`,
        { cause: error },
      );
    }
  }
}

/** A 503: the other side did nothing. */
export function unavailable({ module, name }: SandboxParty): RetryableError {
  return new RetryableError(`${module}.UNAVAILABLE`, `${name} answered 503.`);
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal, aborted: () => never): Promise<T> {
  let stopListening = (): void => undefined;
  const abort = new Promise<'aborted'>((resolve) => {
    const listener = () => resolve('aborted');
    signal.addEventListener('abort', listener, { once: true });
    stopListening = () => signal.removeEventListener('abort', listener);
  });
  try {
    // Nobody waits any longer for an answer that comes after the abort, be it good or bad.
    const first = await Promise.race([answer.then((value) => ({ value })), abort]);
    if (first === 'aborted') aborted();
    return first.value;
  } finally {
    stopListening();
  }
}

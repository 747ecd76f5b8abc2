import { OutcomeUnknownError, RetryableError } from '../../../src/platform/messaging/external-errors.js';
import type { MessageType } from '../../../src/platform/messaging/message.js';
import { Rejection } from '../../../src/platform/messaging/rejection.js';

/** How a command goes wrong. `unknown` does so once, the others until it is healed. */
export type Way = 'rejected' | 'retryable' | 'unclassified' | 'unknown';
/** Whether what the command was to do has been done when it goes wrong. */
export type Instant = 'before its effect' | 'after its effect';

export interface Fault {
  readonly command: Pick<MessageType, 'wireName'>;
  readonly way: Way;
  readonly instant: Instant;
}

type Command = Fault['command'];

/** The codes that the faults come with. */
export const codes = {
  rejected: 'TEST.REFUSED',
  retryable: 'TEST.UNAVAILABLE',
  unclassified: 'SAGA.UNCLASSIFIED',
  unknown: 'TEST.NO_ANSWER',
} as const;

/** What is to go wrong with which command of which order. Shared by the sabotaged handlers, gateway and carrier. */
export class Sabotage {
  private readonly faults = new Map<string, Fault>();
  private readonly lost = new Map<string, () => Promise<unknown>>();

  plan(orderId: string, ...faults: readonly Fault[]): void {
    for (const fault of faults) this.faults.set(keyOf(fault.command, orderId), fault);
  }

  /** Nothing of the order goes wrong any more. @param command only this one */
  heal(orderId: string, command?: Command): void {
    for (const key of [...this.faults.keys()]) {
      if (command ? key === keyOf(command, orderId) : key.endsWith(orderId)) this.faults.delete(key);
    }
  }

  find(command: Command, orderId: string): Fault | null {
    return this.faults.get(keyOf(command, orderId)) ?? null;
  }

  /**
   * A request to the outside, which goes wrong if it is to.
   * @param act with the request's own signal, or with another one when nobody waits for it any longer
   * @param no what the other side's business says when it refuses; null: it cannot, so that a refusal is thrown
   */
  async call<Answer>(
    command: Command,
    orderId: string,
    act: (signal?: AbortSignal) => Promise<Answer>,
    no: Answer | null,
  ): Promise<Answer> {
    const fault = this.find(command, orderId);
    const answer = fault === null || fault.instant === 'after its effect' ? await act() : null;
    if (fault === null) return answer!;
    if (fault.instant === 'before its effect')
      this.lost.set(keyOf(command, orderId), () => act(AbortSignal.timeout(10_000)));
    if (fault.way === 'unknown') this.heal(orderId, command);
    // Who has done it does not say no to it in the same breath: the answer is lost, and no is said when asked.
    if (fault.way === 'rejected' && fault.instant === 'after its effect') throw errorOf('unknown');
    if (fault.way === 'rejected' && no !== null) return no;
    throw errorOf(fault.way);
  }

  /** A question about an earlier request. */
  async ask<Answer>(
    command: Command,
    orderId: string,
    find: () => Promise<Answer>,
    no: Answer | null,
  ): Promise<Answer> {
    const fault = this.find(command, orderId);
    if (fault?.way !== 'rejected' || fault.instant === 'before its effect') return find();
    // Said once: what is asked later is another question about the same reference.
    this.heal(orderId, command);
    if (no === null) throw errorOf('rejected');
    return no;
  }

  /** A request that was lost on its way arrives after all. */
  async arriveLate(command: Command, orderId: string): Promise<unknown> {
    const act = this.lost.get(keyOf(command, orderId));
    if (!act) throw new Error(`No request of ${command.wireName} was lost.`);
    return act();
  }
}

export function errorOf(way: Way): Error {
  switch (way) {
    case 'rejected':
      return new Rejection(codes.rejected, 'The test says no.');
    case 'retryable':
      return new RetryableError(codes.retryable, 'The test is down.');
    case 'unclassified':
      return new Error('The test exploded.');
    case 'unknown':
      return new OutcomeUnknownError(codes.unknown, 'The test does not answer.');
  }
}

function keyOf({ wireName }: Command, orderId: string): string {
  return `${wireName} ${orderId}`;
}

import type { Typed } from './declared.js';
import { inheritPolicy, onTheWayBack } from './inherit-policy.js';
import type { DataOf, MessageClass } from './message-class.js';
import { defaultRetryPolicy, type RetryPolicy } from './policy.js';
import type { placeEnded, placeTurnedBack } from './event-answers.js';
import type { EventAnswer, EventDefinition, Ignore, Keep, Park, React } from './types.js';

/** What a reaction's mapping may read. Results: of the steps that the saga had done when the event came. */
export interface Reacting<Input, Results, Data> extends Typed<Input, Partial<Results>> {
  readonly event: {
    /** What names this event alone, the same however often it is told. */
    readonly id: string;
    readonly data: Data;
  };
}

/** A reaction as it is declared; the definition's own retry policy is yet to be filled in. */
export interface DeclaredReaction<Input, Results, Data> {
  readonly then: 'react';
  readonly command: MessageClass;
  readonly map: (context: Reacting<Input, Results, Data>) => unknown;
  readonly succeeds: MessageClass;
  readonly retry: Partial<RetryPolicy>;
}

/** Answers to an event by place; see `hears`. */
export type Answers<Step extends string, Input, Results, Data> = {
  readonly [Place in Step | typeof placeTurnedBack | typeof placeEnded | 'otherwise']?:
    Keep | Ignore | Park | DeclaredReaction<Input, Results, Data>;
};

/**
 * A local command is carried out for the event, beside the steps: it fails, is retried and is parked by itself, and
 * the saga goes on meanwhile. Only the saga's end waits for it. It cannot be refused, and nothing undoes it.
 *
 * @param map the command's data; what it throws parks the saga, until a retry runs it anew
 * @param succeeds the event that says that it is done
 * @param options.retry over the definition's own policy; what would turn a step back parks here
 */
export function react<Input, Results, Data, Command extends MessageClass>(
  command: Command,
  map: (context: Reacting<Input, Results, Data>) => DataOf<Command>,
  succeeds: MessageClass,
  options: { readonly retry?: Partial<RetryPolicy> } = {},
): DeclaredReaction<Input, Results, Data> {
  return { then: 'react', command, map, succeeds, retry: options.retry ?? {} };
}

/** The answers to an event as the definition has them. @param inherited the definition's own policy */
export function heardEvent(
  event: MessageClass,
  { otherwise, ...answers }: Answers<string, never, never, never>,
  inherited: Partial<RetryPolicy>,
): EventDefinition {
  const finished = (answer: NonNullable<Answers<string, never, never, never>[string]>): EventAnswer =>
    answer.then === 'react' ? reaction(answer, inherited) : answer;
  return {
    event,
    answers: Object.fromEntries(
      Object.entries(answers).flatMap(([place, answer]) => (answer ? [[place, finished(answer)]] : [])),
    ),
    otherwise: otherwise ? finished(otherwise) : null,
  };
}

function reaction(
  { command, map, succeeds, retry }: DeclaredReaction<never, never, never>,
  inherited: Partial<RetryPolicy>,
): React {
  return {
    then: 'react',
    command,
    map: map as (context: unknown) => unknown,
    succeeds: [succeeds],
    retry: inheritPolicy(inheritPolicy(defaultRetryPolicy, onTheWayBack(inherited)), retry),
  };
}

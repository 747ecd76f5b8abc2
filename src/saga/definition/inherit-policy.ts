import { defaultCompensationPolicy, type Reaction, type RetryPolicy } from './policy.js';

/** A policy with some fields declared anew; reactions by code: what is declared for other codes stays. */
export function inheritPolicy<Policy extends Partial<RetryPolicy>>(
  inherited: Policy,
  declared: Partial<RetryPolicy> = {},
): Policy {
  const reactions = { ...inherited.reactions, ...declared.reactions };
  return {
    ...inherited,
    ...declared,
    ...((inherited.reactions ?? declared.reactions) && { reactions }),
  };
}

/** What of a definition's policy makes sense on the way back, where nothing can turn back: its pace, and what parks. */
export function onTheWayBack({
  whenExhausted,
  reactions,
  ...pace
}: Partial<RetryPolicy>): Partial<RetryPolicy> {
  void whenExhausted;
  if (!reactions) return pace;
  const applicable = Object.entries(reactions).filter(
    (entry): entry is [string, Exclude<Reaction, 'compensate'>] => entry[1] !== 'compensate',
  );
  return { ...pace, reactions: Object.fromEntries(applicable) };
}

/**
 * What compensations get from their definition. Never fewer attempts than their own default: a definition that is
 * quick to give up a step did not mean to give up an undo. A compensation that is to ask for a person sooner says so
 * itself.
 */
export function compensationPolicy(
  inherited: Partial<RetryPolicy>,
  declared: Partial<RetryPolicy> = {},
): RetryPolicy {
  const { maxAttempts = 0, ...rest } = onTheWayBack(inherited);
  const patient = { ...rest, maxAttempts: Math.max(maxAttempts, defaultCompensationPolicy.maxAttempts) };
  return inheritPolicy(inheritPolicy(defaultCompensationPolicy, patient), declared);
}

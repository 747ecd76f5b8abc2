import { createHash } from 'node:crypto';
import { probe } from './probe.js';
import type { Backoff, RetryPolicy } from './policy.js';
import type { EventAnswer, SagaDefinition, WaitDefinition } from './types.js';

/**
 * A definition as plain data: everything that decides what a saga of this version does, mappings read as paths.
 * Shown to operators, compared by diffs, covered by the fingerprint. What it cannot see is the inside of functions:
 * the arithmetic of a mapping, the comparison in a condition, a back-off of one's own. Those of released versions are
 * run again on recorded journals; see `rederive`.
 */
export function describeDefinition(definition: SagaDefinition) {
  const { name, version, deadlineMs, startedBy, alternatives } = definition;
  return {
    name,
    version,
    deadlineMs,
    startedBy: startedBy && { event: startedBy.event.wireName, map: probe(startedBy.map).shape },
    steps: definition.steps.map((step) => ({
      name: step.name,
      // Left out where there is none: versions without groups keep the fingerprints that they were released with.
      ...(step.branch && { branch: step.branch }),
      phase: step.phase,
      kind: step.kind,
      action: step.action && {
        command: step.action.command.wireName,
        input: probe(step.action.map).shape,
        succeeds: step.action.succeeds.map((event) => event.wireName),
        rejects: step.action.rejects?.wireName ?? null,
      },
      wait: step.wait && describeWait(step.wait),
      ...(step.child && { child: step.child }),
      conditional: step.skipWhen !== null,
      // Operators and constants of a condition cannot be seen from outside; what it looks at can.
      conditionReads: step.skipWhen && probe(step.skipWhen).paths,
      noCompensation: step.noCompensation,
      retry: describeRetry(step.retry),
      attemptTimeoutMs: step.attemptTimeoutMs,
      heartbeatTimeoutMs: step.heartbeatTimeoutMs,
      keyProtectionMs: step.keyProtectionMs,
      dependency: step.dependency,
      confirmed: step.confirmed,
      parameters: step.parameters,
    })),
    // Left out where there are none: versions without them keep the fingerprints that they were released with.
    ...(alternatives.length > 0 && { alternatives }),
    compensations: definition.compensations.map((compensation) => ({
      step: compensation.step,
      kind: compensation.kind,
      command: compensation.command.wireName,
      input: probe(compensation.map).shape,
      succeeds: compensation.succeeds.map((event) => event.wireName),
      retry: describeRetry(compensation.retry),
      attemptTimeoutMs: compensation.attemptTimeoutMs,
      dependency: compensation.dependency,
      after: compensation.after,
    })),
    closings: definition.closings.map((closing) => ({
      closing: closing.closing,
      command: closing.command.wireName,
      input: probe(closing.map).shape,
      succeeds: closing.succeeds.map((event) => event.wireName),
      retry: describeRetry(closing.retry),
    })),
    events: definition.events.map(({ event, answers, otherwise }) => ({
      event: event.wireName,
      answers: Object.fromEntries(
        Object.entries(answers).map(([place, answer]) => [place, describeAnswer(answer)]),
      ),
      otherwise: otherwise && describeAnswer(otherwise),
    })),
    unexpected: definition.unexpected,
  };
}

export type Description = ReturnType<typeof describeDefinition>;

/** SHA-256, hex, of the description: equal exactly when two builds would run the version alike, but for the inside of functions. */
export function fingerprint(definition: SagaDefinition): string {
  return fingerprintOf(describeDefinition(definition));
}

/** The fingerprint that belongs to a stored description. */
export function fingerprintOf(description: Description): string {
  return createHash('sha256').update(canonical(description)).digest('hex');
}

function describeWait({ cases, lasts, overdue }: WaitDefinition) {
  return {
    cases: cases.map(({ name, event, then }) => ({ name, event: event.wireName, then })),
    lasts: 'ms' in lasts ? lasts : { until: probe(lasts.until).shape },
    overdue,
  };
}

function describeAnswer(answer: EventAnswer) {
  if (answer.then !== 'react') return answer;
  const { then, command, map, succeeds, retry } = answer;
  return {
    then,
    command: command.wireName,
    input: probe(map).shape,
    succeeds: succeeds.map((event) => event.wireName),
    retry: describeRetry(retry),
  };
}

function describeRetry(policy: RetryPolicy) {
  return { ...policy, backoff: describeBackoff(policy.backoff) };
}

/** A function is known by the name its author gave it. */
function describeBackoff(backoff: Backoff) {
  return backoff.kind === 'function' ? { kind: backoff.kind, name: backoff.name } : backoff;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

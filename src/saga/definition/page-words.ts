import type { Description } from './fingerprint.js';

type Step = Description['steps'][number];
type Answer = NonNullable<Description['unexpected']> | Description['events'][number]['answers'][string];

const units: readonly (readonly [number, string])[] = [
  [24 * 60 * 60 * 1_000, 'd'],
  [60 * 60 * 1_000, 'h'],
  [60 * 1_000, 'min'],
  [1_000, 's'],
];

/** `90 s`, `3 d`: in the largest unit that divides it. */
export function duration(ms: number): string {
  const fitting = units.find(([size]) => ms >= size && ms % size === 0);
  return fitting ? `${ms / fitting[0]} ${fitting[1]}` : `${ms} ms`;
}

export function backoffInWords(backoff: Step['retry']['backoff']): string {
  switch (backoff.kind) {
    case 'exponential':
      return `${duration(backoff.initialMs)}, × ${backoff.coefficient}, at most ${duration(backoff.maxMs)}`;
    case 'linear':
      return `${duration(backoff.initialMs)}, + ${duration(backoff.stepMs)}, at most ${duration(backoff.maxMs)}`;
    case 'fixed':
      return `every ${duration(backoff.everyMs)}`;
    case 'function':
      return `by ${backoff.name}`;
  }
}

export function lastingInWords(lasts: NonNullable<Step['wait']>['lasts']): string {
  return 'ms' in lasts ? duration(lasts.ms) : `until ${inputInWords(lasts.until)}`;
}

/** What becomes of an event, or of what is overdue. */
export function answerInWords(
  answer: Answer | { readonly then: 'go-on' | 'turn-back'; readonly code?: string },
) {
  switch (answer.then) {
    case 'go-on':
      return 'goes on';
    case 'turn-back':
      return `turns back: \`${answer.code}\``;
    case 'park':
      return `parks: \`${answer.code}\``;
    case 'keep':
      return `kept for ${duration(answer.forMs)}`;
    case 'ignore':
      return `ignored: ${answer.reason}`;
    case 'react':
      return `\`${answer.command}\` with ${inputInWords(answer.input)}`;
  }
}

/** `orderId ← input.orderId, to = "stock"`; a mapping that could not be read is said to be a function. */
export function inputInWords(shape: unknown): string {
  if (shape === null || shape === undefined) return 'a function of stored data';
  if (typeof shape === 'string') return shape.replace(/^\$\./, '');
  if (typeof shape !== 'object' || Array.isArray(shape)) return JSON.stringify(shape);
  const fields = Object.entries(shape).map(([field, from]) =>
    typeof from === 'string' && from.startsWith('$.')
      ? `${field} ← ${from.slice(2)}`
      : `${field} = ${JSON.stringify(from)}`,
  );
  return fields.length === 0 ? 'nothing' : fields.join(', ');
}

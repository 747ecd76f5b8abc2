import type { DefinitionDiff, LoneStep } from './definition-diff.js';
import type { Change } from './field-changes.js';

/**
 * A diff for people: `+` a step that is new, `-` one that is gone, `>` one that stands elsewhere, `~` one that does
 * something else, `*` the definition itself.
 */
export function diffWords({
  name,
  from,
  to,
  added,
  removed,
  moved,
  changed,
  others,
}: Omit<DefinitionDiff, 'text'>): string {
  const lines = [
    ...added.map((step) => `+ ${lone(step)}`),
    ...removed.map((step) => `- ${lone(step)}`),
    ...moved.map(({ step, after }) => `> ${step}: was ${place(after.from)}, is ${place(after.to)}`),
    ...changed.flatMap(({ step, changes }) => changes.map((change) => `~ ${step}: ${inWords(change)}`)),
    ...others.map((change) => `* ${inWords(change)}`),
  ];
  const title = `${name} v${from} → v${to}`;
  return lines.length === 0 ? `${title}: no difference` : [title, ...lines].join('\n');
}

function lone({ step, after, phase, kind, command, undoneBy }: LoneStep): string {
  const facts = [phase, kind, ...(command ? [command] : []), ...(undoneBy ? [`undone by ${undoneBy}`] : [])];
  return `${step}, ${place(after)}: ${facts.join(', ')}`;
}

function place(after: string | null): string {
  return after === null ? 'first' : `after ${after}`;
}

function inWords({ field, from, to }: Change): string {
  return `${field} ${shown(from)} → ${shown(to)}`;
}

/** An object by what it does, where it does something. */
function shown(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  const { command } = value as { command?: unknown };
  return typeof command === 'string' ? command : JSON.stringify(value);
}

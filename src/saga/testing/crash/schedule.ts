/**
 * What may happen to an engine at a failpoint.
 *
 * - `die`: the process is gone: its connections close at once, nothing that it has begun goes on.
 * - `cut`: the database ends all its connections; the process lives and goes on.
 * - `lose`: the answer that is just there is lost: the outside's at `call.*`, that to a COMMIT at `*.after-commit`.
 * - `stall`: the process stops there until its lease has run out and another has taken over; then it goes on.
 * - `repeat`: the deliveries that wait are stored twice, and half of them are put off.
 * - `restart`: the database server is restarted.
 */
export const accidentKinds = ['die', 'cut', 'lose', 'stall', 'repeat', 'restart'] as const;

export type AccidentKind = (typeof accidentKinds)[number];

/** One accident: at the `hit`-th time that this point is passed since the accident before it, from 1. */
export interface Accident {
  readonly kind: AccidentKind;
  /** A failpoint, with its transaction before it where there are several: `wave.before-commit`, `call.after`. */
  readonly point: string;
  readonly hit: number;
}

/** A scenario and the accidents that are to befall it, one after the other. */
export interface Schedule {
  readonly scenario: string;
  readonly accidents: readonly Accident[];
}

/** As it is printed, and read by `parseSchedule`: `declined: die call.after#1, cut wave.before-commit#2`. */
export function formatSchedule({ scenario, accidents }: Schedule): string {
  return `${scenario}: ${accidents.map(formatAccident).join(', ') || 'nothing'}`;
}

export function formatAccident({ kind, point, hit }: Accident): string {
  return `${kind} ${point}#${hit}`;
}

/** @throws Error that shows what is wrong with it */
export function parseSchedule(text: string): Schedule {
  const [scenario, rest = ''] = text.split(/:\s*(.*)/s);
  if (!scenario || rest === '')
    throw new Error(`"${text}" is no schedule: "scenario: die wave.locked#1, …".`);
  if (rest.trim() === 'nothing') return { scenario, accidents: [] };
  return { scenario, accidents: rest.split(',').map((part) => parseAccident(part.trim())) };
}

function parseAccident(text: string): Accident {
  const found = /^(\w+) (\S+)#(\d+)$/.exec(text);
  const kind = accidentKinds.find((known) => known === found?.[1]);
  if (!found || !kind) throw new Error(`"${text}" is no accident: "${accidentKinds.join('|')} point#hit".`);
  return { kind, point: found[2]!, hit: Number(found[3]) };
}

import type { CaseResult } from '../report/result.js';
import type { World } from '../world/world.js';

export interface Bench {
  readonly world: World;
  /** Fewer orders and fewer contenders, to see that it works. */
  readonly quick: boolean;
  /** How often each figure is measured; the median is shown. */
  readonly repeat: number;
}

/** One thing that is measured. */
export interface Case {
  /** As `--case` wants it. */
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Not part of `--quick`, or of any run that does not name it. Default: part of all. */
  readonly only?: 'full' | 'named';
  run(bench: Bench): Promise<CaseResult>;
}

/**
 * Measures all contenders, and then all of them again: whatever slows the machine down for a while does so to all.
 * @returns what each measured in each round
 */
export async function rounds<Name extends string, Figure>(
  repeat: number,
  contenders: Readonly<Record<Name, () => Promise<Figure>>>,
): Promise<Record<Name, Figure[]>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Figure[]>;
  for (let round = 0; round < repeat; round++) {
    for (const name of names) measured[name].push(await contenders[name]());
  }
  return measured;
}

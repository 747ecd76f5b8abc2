import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from '../cases/index.js';
import type { Case } from '../cases/case.js';

export interface Options {
  readonly help: boolean;
  readonly quick: boolean;
  readonly repeat: number;
  readonly cases: readonly Case[];
  /** Where the results go as JSON. */
  readonly json: string;
}

/** Not understood: the message says what there is. */
export class UsageError extends Error {}

const longest = Math.max(...cases.map(({ name }) => name.length));

export const usage = `npm run bench -- [options]

  --quick         fewer orders, each figure measured once: two minutes
  --case <name>   only this one; may be given again
  --repeat <n>    how often each figure is measured, the median is shown; default 3, with --quick 1
  --json <file>   where the results go as well; default .data/bench/<time>.json
  --help

Cases:
${cases.map(({ name, about, only }) => `  ${name.padEnd(longest)}  ${about}${partOf(only)}`).join('\n')}`;

function partOf(only: Case['only']): string {
  if (only === 'named') return ' [only when named]';
  return only === 'full' ? ' [not with --quick]' : '';
}

/** @throws UsageError */
export function optionsFrom(args: string[], startedAt: Date): Options {
  const { values } = parse(args);
  const repeat = values.repeat ?? (values.quick ? '1' : '3');
  if (!/^[1-9]\d?$/.test(repeat))
    throw new UsageError(`--repeat takes a number from 1 to 99, not ${repeat}.`);
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return {
    help: values.help,
    quick: values.quick,
    repeat: Number(repeat),
    cases: chosen(values.case, values.quick),
    json: values.json ?? join('.data/bench', `${time}.json`),
  };
}

function chosen(names: readonly string[], quick: boolean): readonly Case[] {
  const unknown = names.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no case ${unknown}. There are: ${cases.map(({ name }) => name).join(', ')}.`,
    );
  }
  if (names.length > 0) return cases.filter(({ name }) => names.includes(name));
  return cases.filter(({ only }) => only === undefined || (only === 'full' && !quick));
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        case: { type: 'string', multiple: true, default: [] },
        repeat: { type: 'string' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

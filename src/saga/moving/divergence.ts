import type { MessageClass } from '../definition/index.js';

/** Why a saga cannot go on under another version: the first thing in which what it has done differs from that. */
export interface Divergence {
  /** The step that differs; null: it is the saga as a whole. */
  readonly step: string | null;
  /** A sentence for operators. */
  readonly reason: string;
}

/** A schema says what it thinks of data by throwing. */
export function fits(schema: { parse(value: unknown): unknown }, data: unknown): boolean {
  try {
    schema.parse(data);
    return true;
  } catch {
    return false;
  }
}

export function includesAll(all: readonly MessageClass[], some: readonly MessageClass[]): boolean {
  return some.every(({ wireName }) => all.some((event) => event.wireName === wireName));
}

import type { Scope } from './scope.js';
import { stands } from './scope.js';
import { mostOfOneKind, type Violation } from './violation.js';

/**
 * Runs one statement. Each has a snapshot of its own: what our modules and the engine change together is one
 * transaction, so no statement ever sees half of it, and none holds a snapshot for longer than it runs.
 */
export type Ask = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** A rule that must always hold, and how it is checked: one set-based statement over the modules' views. */
export interface Invariant {
  /** What its violations are called. */
  readonly codes: readonly string[];
  find(ask: Ask, scope: Scope): Promise<Violation[]>;
}

interface SqlInvariant<Row> {
  readonly codes: readonly string[];
  /** True: it can only be checked over all time. Left to complete checks, unless the last report has a finding. */
  readonly overAllTime?: boolean;
  /** Answers a row for each violation. */
  readonly sql: string;
  readonly values: (scope: Scope) => unknown[];
  readonly explain: (row: Row) => Violation;
}

/**
 * Not a prepared statement, on purpose: it runs once a minute over very different amounts, and each time its plan
 * shall fit them.
 */
export function sqlInvariant<Row>(invariant: SqlInvariant<Row>): Invariant {
  const { codes, overAllTime = false, sql, values, explain } = invariant;
  return {
    codes,
    async find(ask, scope) {
      if (overAllTime && !scope.complete && !stands(scope, codes)) return [];
      const rows = await ask<Row>(`${sql}\n LIMIT ${mostOfOneKind}`, values(scope));
      return rows.map(explain);
    },
  };
}

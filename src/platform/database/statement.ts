/**
 * A prepared statement: its text is parsed once a connection, its plan is kept by PostgreSQL.
 * One statement a file, named as a verb; values travel as parameters only.
 */
export interface Statement {
  /** Unique name, `<module>.<verb>`: PostgreSQL keeps the prepared statement under it. */
  readonly name: string;
  readonly text: string;
}

const known = new Map<string, string>();

/**
 * Declares a prepared statement.
 * @throws Error when another text was declared under this name: PostgreSQL would answer with the wrong plan.
 */
export function statement(name: string, text: string): Statement {
  const earlier = known.get(name);
  if (earlier !== undefined && earlier !== text) {
    throw new Error(`Two statements are named "${name}"; give one of them another name.`);
  }
  known.set(name, text);
  return { name, text };
}

import { StartupError } from '../../platform/bootstrap/startup-error.js';
import { connect } from '../../platform/database/connect.js';
import type { SagaDefinition } from '../definition/index.js';
import { namesAndVersions } from '../store/names-and-versions.js';
import { findUnknownVersions } from '../store/sql/find-unknown-versions.sql.js';
import { releaseFaults } from './release-faults.js';
import { ReleasedVersions, type Released } from './released-versions.js';

/*
 * Keeps a build from starting that would run sagas in another way than they began, or could not run them at all. In
 * every role: an API decides on sagas too, when somebody acts on them. It is asked before the application is made, so
 * that nothing else of it has begun, and its one line stands alone.
 */

export interface Build {
  readonly definitions: readonly SagaDefinition[];
  /** Default: nothing was released. */
  readonly released?: Released;
}

/** @throws StartupError in one line when a version is not as it was released */
export function requireReleasedVersions({ definitions, released = {} }: Build): void {
  const faults = releaseFaults(definitions, new ReleasedVersions(released));
  // What is missing is no harm, as long as no saga needs it.
  refuse(faults.filter(({ kind }) => kind !== 'missing').map(({ text }) => text));
}

/** @throws StartupError in one line, with their number, when sagas in flight need a version that this build lacks */
export async function requireVersionsInFlight({ definitions }: Build, databaseUrl: string): Promise<void> {
  const client = await connect(databaseUrl);
  try {
    const { rows } = await client.query<{ definition: string; version: number; count: number }>(
      findUnknownVersions.text,
      namesAndVersions(definitions),
    );
    refuse(
      rows.map(({ definition, version, count }) => {
        const sagas = count === 1 ? '1 saga in flight needs' : `${count} sagas in flight need`;
        return `${sagas} ${definition} v${version}, which this build does not have: start a build that has it.`;
      }),
    );
  } finally {
    await client.end();
  }
}

function refuse(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new StartupError(reasons.join(' '));
}

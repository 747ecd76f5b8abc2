import type { PoolClient } from 'pg';
import type { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { Instant } from './sabotage.js';

/**
 * Cuts the ambient transaction's connection at its commit: before the server gets it, so that all is rolled back, or
 * when only its answer is left to come. On our side the two look the same.
 */
export async function loseCommit(unitOfWork: UnitOfWork, instant: Instant): Promise<void> {
  const client = (await unitOfWork.manager.queryRunner!.connect()) as PoolClient;
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const cut = async (...args: unknown[]): Promise<unknown> => {
    if (args[0] !== 'COMMIT') return query(...args);
    if (instant === 'after its effect') await query('COMMIT');
    client.connection.stream.destroy();
    throw new Error('Connection terminated unexpectedly');
  };
  Object.assign(client, { query: cut });
}

import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Metrics } from './metrics.js';
import { readOldestTransaction } from './sql/read-oldest-transaction.sql.js';

/** How this process and its database get on with each other. */
@Injectable()
export class DatabaseMetrics {
  constructor(metrics: Metrics, dataSource: DataSource, unitOfWork: UnitOfWork) {
    const connections = metrics.gauge({
      name: 'database_pool_connections',
      help: "Connections of this process's pool.",
      labels: ['state'],
    });
    const waiting = metrics.gauge({
      name: 'database_pool_waiting',
      help: 'Those in this process who wait for a connection.',
    });
    const oldest = metrics.gauge({
      name: 'database_oldest_transaction_seconds',
      help: 'How long the oldest open transaction in this database has lasted, whoever opened it.',
    });
    metrics.reading({
      name: 'pool',
      gauges: [connections, waiting],
      ask: () => Promise.resolve(poolOf(dataSource)),
      show: ({ totalCount, idleCount, waitingCount }) => {
        connections.set({ state: 'idle' }, idleCount);
        connections.set({ state: 'in_use' }, totalCount - idleCount);
        waiting.set(waitingCount);
      },
    });
    metrics.reading({
      name: 'transactions',
      gauges: [oldest],
      ask: () => unitOfWork.query<{ seconds: number | null }>(readOldestTransaction),
      show: ([row]) => oldest.set(row?.seconds ?? 0),
    });
  }
}

function poolOf(dataSource: DataSource): Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { DatabaseUrl } from './database-url.js';
import { GroupCommit } from './group-commit.js';
import { PooledClient } from './pooled-client.js';
import { UnitOfWork } from './unit-of-work.js';

/** Connections of the application's pool; listeners and the sandbox's outside world have their own. */
const poolSize = 20;

/**
 * Nothing waits for ever, in milliseconds. A connection that died without a word (a failover, a firewall that forgot
 * it) must not hold a worker, and a worker that died inside a transaction must not hold its row locks.
 */
const patience = {
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  lock_timeout: 5_000,
  statement_timeout: 20_000,
  idle_in_transaction_session_timeout: 10_000,
  // On our side, for an answer that never comes; longer than the server's, which would tell why.
  query_timeout: 25_000,
};

// int8 as a number: money and counts stay far below 2^53, and the schema's checks keep them there.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(databaseUrl: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          autoLoadEntities: true,
          applicationName: 'order-saga',
          // The schema is made by hand-written migrations, before Nest starts.
          synchronize: false,
          migrationsRun: false,
          retryAttempts: 0,
          // Statements go out as they are issued, and do not wait for the answer to the one before.
          extra: { Client: PooledClient, pipeline: true, max: poolSize, ...patience },
        }),
      ],
      providers: [{ provide: DatabaseUrl, useValue: new DatabaseUrl(databaseUrl) }, UnitOfWork, GroupCommit],
      exports: [DatabaseUrl, UnitOfWork, GroupCommit],
    };
  }
}

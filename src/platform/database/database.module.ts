import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { DatabaseUrl } from './database-url.js';
import { UnitOfWork } from './unit-of-work.js';

/** Connections of the application's pool; listeners and the sandbox's outside world have their own. */
const poolSize = 20;

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
          extra: { max: poolSize },
        }),
      ],
      providers: [{ provide: DatabaseUrl, useValue: new DatabaseUrl(databaseUrl) }, UnitOfWork],
      exports: [DatabaseUrl, UnitOfWork],
    };
  }
}

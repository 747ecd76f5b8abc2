import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HealthRegistry, type Health } from './health-registry.js';

const FOLDER = join(import.meta.dirname, '../../../../migrations');

/** Whether the database answers, and has every migration that this release brings. */
@Injectable()
export class DatabaseHealth implements OnModuleInit {
  private known: Promise<string[]> | null = null;

  constructor(
    private readonly registry: HealthRegistry,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.registry.register('database', () => this.ping());
    this.registry.register('migrations', () => this.migrations());
  }

  private async ping(): Promise<Health> {
    await this.dataSource.query('SELECT 1');
    return { up: true };
  }

  private async migrations(): Promise<Health> {
    this.known ??= migrationTimestamps();
    const [row] = await this.dataSource.query<{ pending: number }[]>(
      `SELECT count(*)::integer AS pending FROM unnest($1::bigint[]) AS known (timestamp)
        WHERE NOT EXISTS (SELECT FROM public.migrations AS applied WHERE applied.timestamp = known.timestamp)`,
      [await this.known],
    );
    const pending = row?.pending ?? 0;
    return { up: pending === 0, pending };
  }
}

/** A migration's file begins with the timestamp that TypeORM stores with its name. */
async function migrationTimestamps(): Promise<string[]> {
  const files = await readdir(FOLDER);
  const stamps = files.map((file) => /^(\d+)-.*(?<!\.d)\.[jt]s$/.exec(file)?.[1]);
  return stamps.filter((stamp) => stamp !== undefined);
}

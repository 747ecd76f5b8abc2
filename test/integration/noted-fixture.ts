import { DataSource } from 'typeorm';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { createTestDatabase } from '../support/database.js';

/** A unit of work over a table `public.noted` that takes positive ids, and nothing else around it. */
export interface NotedFixture {
  readonly unitOfWork: UnitOfWork;
  /** The ids that are committed, in order. */
  noted(): Promise<number[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openNoted(): Promise<NotedFixture> {
  const database = await createTestDatabase();
  const extra = { pipeline: true };
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, extra }).initialize();
  await dataSource.query('CREATE TABLE public.noted (id int CHECK (id > 0))');
  return {
    unitOfWork: new UnitOfWork(dataSource),
    noted: async () => {
      const rows = await dataSource.query<{ id: number }[]>('SELECT id FROM public.noted ORDER BY id');
      return rows.map(({ id }) => id);
    },
    clear: async () => void (await dataSource.query('DELETE FROM public.noted')),
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

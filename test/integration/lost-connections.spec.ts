import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { openLab, type Lab } from '../support/lab/lab.js';

describe('A pooled connection', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  it('may be lost in the very turn in which it is handed out', async () => {
    const worker = await lab.startWorker();
    const dataSource = worker.app.get(DataSource);
    const { master } = dataSource.driver as unknown as { master: Pool };
    // Whoever asked for it by a promise has not got it yet, and the pool does not listen for it any more.
    const loss = new Promise<void>((resolve, reject) =>
      master.connect((error: Error | undefined, client: PoolClient | undefined, release) => {
        if (!client) return reject(error ?? new Error('There is no connection.'));
        try {
          client.emit('error', new Error('terminating connection due to administrator command'));
          resolve();
        } catch (unheard) {
          reject(unheard instanceof Error ? unheard : new Error(String(unheard)));
        } finally {
          release(true);
        }
      }),
    );
    await loss;
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

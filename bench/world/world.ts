import { byHandSchema } from '../baselines/schema.sql.js';
import { migrate } from '../../src/platform/database/migrations-runner.js';
import { Child } from './child.js';
import { startServer, withClient, type Server } from './server.js';
import { stockUp } from './shop.js';

const template = 'template_of_runs';

/** Server, databases and processes of one benchmark; whatever it started ends with it. */
export class World {
  private readonly children = new Set<Child>();
  private runs = 0;
  private closing: Promise<void> | null = null;

  private constructor(
    readonly server: Server,
    /** Whether there is no time to find out what suits this machine. */
    readonly quick: boolean,
  ) {}

  static async open({ quick }: { quick: boolean }): Promise<World> {
    const server = await startServer();
    const world = new World(server, quick);
    try {
      await world.administer(`CREATE DATABASE ${template}`);
      await migrate(server.url(template));
      await withClient(server.url(template), async (client) => {
        await stockUp(client);
        await client.query(byHandSchema);
        await client.query('VACUUM (ANALYZE)');
      });
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Runs `work` on a database of its own: migrated, with a full stock, and nothing ordered yet. */
  async inFreshDatabase<T>(work: (url: string) => Promise<T>, { countStatements = false } = {}): Promise<T> {
    const name = `run_${++this.runs}`;
    await this.administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    if (countStatements) {
      await withClient(this.server.url(name), (client) =>
        client.query('CREATE EXTENSION pg_stat_statements'),
      );
      await this.administer(`ALTER DATABASE ${name} SET compute_query_id = on`);
      await this.administer(`ALTER DATABASE ${name} SET pg_stat_statements.track = 'top'`);
    }
    try {
      return await work(this.server.url(name));
    } finally {
      if (!this.closing) {
        await Promise.all([...this.children].map((child) => child.kill()));
        await this.administer(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    }
  }

  /** A process of `bench/processes`; it is killed with its database when the caller does not stop it. */
  start(name: string, settings: Record<string, string>, nodeOptions: readonly string[] = []): Child {
    if (this.closing) throw new Error('The benchmark is ending.');
    const child = Child.start(name, settings, nodeOptions);
    this.children.add(child);
    void child.closed.then(() => this.children.delete(child));
    return child;
  }

  /** Pages as they are in tables that have lived for a while, and no checkpoint left over from what came before. */
  async settle(url: string): Promise<void> {
    await withClient(url, async (client) => {
      await client.query('VACUUM (ANALYZE)');
      await client.query('CHECKPOINT');
    });
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.all([...this.children].map((child) => child.kill()));
      await this.server.stop();
    })();
    return this.closing;
  }

  private async administer(sql: string): Promise<void> {
    await withClient(this.server.url('postgres'), (client) => client.query(sql));
  }
}

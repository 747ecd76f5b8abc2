import { Client } from 'pg';
import { startApp, type AppProcess } from '../app-process.js';
import { auditWith } from '../books.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { eventually } from '../eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../shop.js';

const onHand = 100;

/** What an order meets, and the deaths of the processes that work on it: points with their hits. */
export interface KilledRun {
  readonly paymentMethod: string;
  readonly postalCode: string;
  /** The first one's process, then that of the process that goes on, and so on. */
  readonly kills: readonly string[];
}

/** The built application on a database of its own, in processes that kill themselves by SIGKILL at failpoints. */
export class KilledShop {
  private app: AppProcess | null = null;
  private kills = 0;
  private count = 0;

  private constructor(
    /** What new orders get. */
    readonly version: number,
    private readonly database: TestDatabase,
    private readonly client: Client,
  ) {}

  static async open(version: number): Promise<KilledShop> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return new KilledShop(version, database, client);
  }

  async run({ paymentMethod, postalCode, kills }: KilledRun): Promise<string[]> {
    const [first, ...others] = kills;
    const sku = `KILLED-${this.count++}`;
    let app = await this.spared();
    await stockShelves(app.http, { [sku]: onHand });
    if (first) await app.ask(first);
    const request = orderRequest(sku, { paymentMethod, postalCode, customerId: sku });
    let order: string | null = null;
    await eventually(
      async () => {
        if (!(await isAlive(app))) app = await this.start(others.shift());
        order ??= await place(app, request, sku);
        return this.hasEnded(order);
      },
      { within: 60_000, every: 20 },
    );
    const stock = { [sku]: onHand };
    return auditWith(this.client, { orders: [order!], stock });
  }

  /** How many processes have killed themselves so far. */
  get killed(): number {
    return this.kills;
  }

  /** The process ends, if there is one. */
  async stop(): Promise<void> {
    if (this.app && (await isAlive(this.app))) await this.app.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.client.end();
    await this.database.drop();
  }

  /** One process serves until it is killed; what was to kill it in the order before, and has not, does not any more. */
  private async spared(): Promise<AppProcess> {
    for (;;) {
      const app = this.app && (await isAlive(this.app)) ? this.app : await this.start();
      const answered = app.ask('nothing#0').then(() => true);
      if (await Promise.race([answered, app.exited.then(() => false)])) return app;
    }
  }

  private async start(doom?: string): Promise<AppProcess> {
    const env = {
      DATABASE_URL: this.database.url,
      LEASE_SECONDS: '1',
      LOG_LEVEL: 'fatal',
      DEFAULT_VERSION: String(this.version),
      ...(doom ? { DOOM: doom } : {}),
    };
    this.app = await startApp(env, { entry: 'test/support/crash/doomed-app.mjs' });
    void this.app.exited.then(({ signal }) => signal === 'SIGKILL' && this.kills++);
    return this.app;
  }

  private async hasEnded(order: string): Promise<boolean> {
    const { rows } = await this.client.query<{ ended: boolean }>(
      `SELECT finished_at IS NOT NULL AS ended FROM saga.instance
        WHERE correlation_id = $1 AND definition = 'order-fulfillment'`,
      [order],
    );
    return rows[0]?.ended ?? false;
  }
}

/** The request of a client that repeats it under its key until it is answered. */
async function place({ http }: AppProcess, request: object, key: string): Promise<string> {
  const { status, body } = await http.post<PlacedOrder>('/v1/orders', request, {
    headers: { 'idempotency-key': key },
  });
  expect(status).toBe(202);
  return body.id;
}

function isAlive({ exited }: AppProcess): Promise<boolean> {
  return Promise.race([exited.then(() => false), new Promise<true>((yes) => setImmediate(() => yes(true)))]);
}

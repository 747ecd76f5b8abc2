import { Client } from 'pg';
import { startApp, type AppProcess } from '../app-process.js';
import { auditWith } from '../books.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { eventually } from '../eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../shop.js';

const onHand = 100;

/** What an order meets, and the deaths of the processes that work on it: points with their hits. */
export interface KilledRun {
  readonly version: number;
  readonly paymentMethod: string;
  readonly postalCode: string;
  /** The first one's process, then that of the process that goes on, and so on. */
  readonly kills: readonly string[];
}

export interface KilledReport {
  readonly violations: readonly string[];
  /** How many processes have killed themselves. */
  readonly killed: number;
}

/** The built application on a database of its own, in processes that kill themselves by SIGKILL at failpoints. */
export class KilledShop {
  private readonly apps = new Map<number, AppProcess>();
  private count = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly client: Client,
  ) {}

  static async open(): Promise<KilledShop> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return new KilledShop(database, client);
  }

  async run({ version, paymentMethod, postalCode, kills }: KilledRun): Promise<KilledReport> {
    const [first, ...others] = kills;
    const sku = `KILLED-${version}-${this.count++}`;
    let app = await this.appOf(version);
    await stockShelves(app.http, { [sku]: onHand });
    if (first) await app.ask(first);
    const request = orderRequest(sku, { paymentMethod, postalCode, customerId: sku });
    let order: string | null = null;
    let killed = 0;
    await eventually(
      async () => {
        if (!(await isAlive(app))) {
          killed++;
          app = await this.start(version, others.shift());
        }
        order ??= await place(app, request, sku);
        return this.hasEnded(order);
      },
      { within: 60_000, every: 20 },
    );
    const stock = { [sku]: onHand };
    return { violations: await auditWith(this.client, { orders: [order!], stock }), killed };
  }

  async close(): Promise<void> {
    await Promise.all([...this.apps.values()].map((app) => app.stop()));
    await this.client.end();
    await this.database.drop();
  }

  /** Only one runs at a time: another version's would take over what this one's left. */
  private async appOf(version: number): Promise<AppProcess> {
    const running = this.apps.get(version);
    if (running && (await isAlive(running))) return running;
    for (const app of this.apps.values()) if (await isAlive(app)) await app.stop();
    this.apps.clear();
    return this.start(version);
  }

  private async start(version: number, doom?: string): Promise<AppProcess> {
    const env = {
      DATABASE_URL: this.database.url,
      LEASE_SECONDS: '1',
      LOG_LEVEL: 'fatal',
      DEFAULT_VERSION: String(version),
      ...(doom ? { DOOM: doom } : {}),
    };
    const app = await startApp(env, { entry: 'test/support/crash/doomed-app.mjs' });
    this.apps.set(version, app);
    return app;
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

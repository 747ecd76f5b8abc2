import { Client } from 'pg';
import { CrashKit } from '../../../src/saga/testing/crash/index.js';
import { createTestDatabase } from '../database.js';
import { auditEverything } from './audit-orders.js';
import { bootShop } from './shop-process.js';
import { shopScenarios } from './shop-scenarios.js';

/** A crash kit of the shop, whose new orders run one version of `order-fulfillment`. */
export interface ShopKit {
  readonly version: number;
  readonly kit: CrashKit;
  /** What the auditor finds in all that has been left. */
  audit(): Promise<string[]>;
  close(): Promise<void>;
}

/** @param orders that are placed together in each run */
export async function openShopKit(version: number, orders = 1): Promise<ShopKit> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const boot = () => bootShop(database.url, version);
  const scenarios = shopScenarios(() => client, orders);
  const kit = new CrashKit({ databaseUrl: database.url, boot, scenarios });
  return {
    version,
    kit,
    async audit() {
      const app = await boot();
      try {
        return await auditEverything(app);
      } finally {
        await app.close();
      }
    },
    async close() {
      await kit.close();
      await client.end();
      await database.drop();
    },
  };
}

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import type { SagaDefinition } from '../src/saga/definition/index.js';
import { orderFulfillment } from '../src/saga/reference.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { RecordingShop } from './lib/recording/recording-shop.js';
import { isRecorded, record } from './lib/recording/recordings.js';
import {
  ofFulfillment,
  ofJourneys,
  ofLateBookings,
  ofLateCharges,
  ofTracking,
  type Play,
} from './lib/recording/scenarios.js';
import { readReleasedFile } from './lib/released-file.js';

/*
 * `npm run sagas:record` plays orders through the real application, on every released version, and keeps their
 * journals with what they fold to, for every later build to fold again. What is recorded is not recorded anew: that it
 * is old is its worth.
 */

const released = new ReleasedVersions(readReleasedFile());
const dataDir = await mkdtemp(join(tmpdir(), 'recording-'));
await chmod(dataDir, 0o755); // As root, the server runs as another user, who must be able to pass.
const server = await startEmbeddedPostgres({ dataDir, fast: true });
try {
  const shop = await RecordingShop.open(server.url, {});
  try {
    await recordAll(shop, 'return-late-charge', ofLateCharges);
    await recordAll(shop, 'cancel-late-booking', ofLateBookings);
    await recordAll(shop, 'order-fulfillment', ofFulfillment);
    await recordAll(shop, 'order-tracking', ofTracking);
  } finally {
    await shop.close();
  }
  const travelling = await RecordingShop.open(await anotherDatabase(server.url), { SANDBOX_TRACKING: 'on' });
  try {
    await recordAll(travelling, 'order-tracking', ofJourneys);
  } finally {
    await travelling.close();
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** With a clock that nobody has moved yet. */
async function anotherDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE DATABASE travelling');
  await client.end();
  const other = new URL(url);
  other.pathname = '/travelling';
  return other.href;
}

async function recordAll(
  shop: RecordingShop,
  name: string,
  plays: Readonly<Record<string, Play>>,
): Promise<void> {
  const versions = orderFulfillment.definitions.filter(
    (one: SagaDefinition) => one.name === name && released.find(name, one.version),
  );
  for (const definition of versions) {
    if (name === 'order-fulfillment') shop.takeVersion(definition.version);
    for (const [scenario, play] of Object.entries(plays)) {
      if (isRecorded(definition, scenario)) continue;
      await record(definition, scenario, await play(shop));
      console.log(`recorded ${name} v${definition.version} ${scenario}`);
    }
  }
}

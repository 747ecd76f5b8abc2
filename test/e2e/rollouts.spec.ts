import { startApp, type AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import type { JournalEntry, Order, Page } from './contract.js';
import { anOrder } from './shop.js';

const path = '/v1/admin/saga-definitions/order-fulfillment/rollout';

describe('a rollout', () => {
  let database: TestDatabase;
  let apps: AppProcess[];
  beforeAll(async () => {
    database = await createTestDatabase();
    apps = [await startApp({ DATABASE_URL: database.url })];
    apps.push(await startApp({ DATABASE_URL: database.url, ROLE: 'api' }));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await database.drop();
  });

  const operator = () => apps[0]!.http.as('demo-operator');
  const rollOut = async (wish: Record<string, unknown>) => {
    const answer = await operator().put<{ revision: number }>(path, { reason: 'why', ...wish });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body.revision;
  };
  const place = async (app: AppProcess, customerId: string, headers: Record<string, string> = {}) => {
    const answer = await app.http.post<Order>('/v1/orders', anOrder({ customerId }), { headers });
    expect(answer).toMatchObject({ status: 202 });
    return answer.body;
  };
  const versionOf = async (...asked: Parameters<typeof place>) => (await place(...asked)).fulfillment.version;

  it('decides on the next order of every process, and the version before is back in one call', async () => {
    for (const version of [1, 2, 1, 2]) {
      await rollOut({ shares: { [version]: 100 } });
      for (const app of apps) expect(await versionOf(app, 'c-1')).toBe(version);
    }
  });

  it('goes by customers, headers and flags before it goes by shares', async () => {
    const rules = [
      { when: { customer: ['c-vip'] }, version: 1 },
      { when: { header: { name: 'X-Tenant', values: ['blue'] } }, version: 1 },
      { when: { flag: 'old-flow' }, version: 1 },
    ];
    const revision = await rollOut({ shares: { 2: 100 }, rules });
    const [, api] = apps as [AppProcess, AppProcess];
    expect(await versionOf(api, 'c-vip')).toBe(1);
    expect(await versionOf(api, 'c-1', { 'x-tenant': 'blue' })).toBe(1);
    expect(await versionOf(api, 'c-1', { 'x-tenant': 'red' })).toBe(2);
    expect(await versionOf(api, 'c-1', { 'X-Feature-Flags': 'new-shop, old-flow' })).toBe(1);
    // Orders that come at once may be taken by one commit: each goes by what its own request said.
    const flags = Array.from({ length: 24 }, (_, n) => (n % 3 === 0 ? 'old-flow' : 'new-shop'));
    const versions = await Promise.all(
      flags.map((flag) => versionOf(api, 'c-1', { 'X-Feature-Flags': flag })),
    );
    expect(versions).toEqual(flags.map((flag) => (flag === 'old-flow' ? 1 : 2)));
    const { id } = await place(api, 'c-1');
    const sagas = await operator().get<Page<{ id: string }>>(`/v1/admin/sagas?correlationId=${id}`);
    const journal = await operator().get<Page<JournalEntry>>(
      `/v1/admin/sagas/${sagas.body.items[0]!.id}/journal`,
    );
    expect(journal.body.items[0]).toMatchObject({ version: 2, assigned: { by: 'share', revision } });
  });

  it('sticks to a customer when it is to', async () => {
    await rollOut({ shares: { 1: 50, 2: 50 }, stickyBy: 'customer' });
    const seen = new Set<number>();
    for (let n = 0; n < 12; n++) {
      const versions = await Promise.all(apps.map((app) => versionOf(app, `c-${n}`)));
      expect(versions[0]).toBe(versions[1]);
      versions.forEach((version) => seen.add(version));
    }
    expect(seen).toEqual(new Set([1, 2]));
  });
});

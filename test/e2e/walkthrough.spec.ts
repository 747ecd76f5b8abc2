import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Shop } from './shop.js';

const ROOT = join(import.meta.dirname, '../..');

/** Runs the script as `npm run walkthrough` does. */
function walk(url: string, env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    const script = join(ROOT, 'scripts/walkthrough.mjs');
    const options = { env: { PATH: process.env.PATH, ...env } };
    execFile(process.execPath, [script, '--url', url], options, (error, out, err) => {
      done({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the walkthrough', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  it('plays a good order and one with a mistyped card number, and both end as they should', async () => {
    const { code, out } = await walk(shop.url);
    expect(out).toContain('Your order is confirmed.');
    expect(out).toContain('The card number is not correct. [BILLING.INCORRECT_NUMBER]');
    expect(out).not.toContain('✗');
    expect(out.trimEnd()).toMatch(/\nBoth runs went as they should\.$/);
    expect(code).toBe(0);
  });

  it('can be played again', async () => {
    expect((await walk(shop.url)).code).toBe(0);
    expect((await shop.stock('WALKTHROUGH')).onHand).toBe(96);
  });

  it('says when a run does not end as it should', async () => {
    const dollars = { name: 'Walking boots', unitAmount: 12_900, currency: 'USD' };
    await shop.operator.put('/v1/products/WALKTHROUGH', dollars);
    const { code, out } = await walk(shop.url);
    expect(out).toContain('rejected: WALKTHROUGH is sold in USD, not in EUR.');
    expect(out).toContain('✗ the order is confirmed');
    expect(out.trimEnd()).toMatch(/\nFAILED: \d of the checks above\.$/);
    expect(code).toBe(1);
  });

  it('says in one line what it lacks', async () => {
    const nobody = await walk(`http://127.0.0.1:${await closedPort()}`);
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(/^No server answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. .*\n$/);
    const stranger = await walk(shop.url, { CLIENT_KEY: 'wrong' });
    expect(stranger.code).toBe(1);
    expect(stranger.err).toMatch(
      /^GET \/v1\/products\/WALKTHROUGH\/stock as client: 401 .* Set CLIENT_KEY\.\n$/,
    );
    expect((await walk('nonsense')).err).toContain('Usage: npm run walkthrough');
  });
});

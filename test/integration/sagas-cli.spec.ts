import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const script = join(import.meta.dirname, '../../scripts/sagas.mjs');

let admin: AdminApp;
let url: string;
beforeAll(async () => {
  admin = await startAdminApp();
  url = admin.http.baseUrl;
}, 60_000);
afterAll(() => admin.close());

/** Runs a command line as an operator does; other variables take the place of the usual ones. */
async function sagas(line: readonly string[], environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, API_URL: url, API_KEY: 'demo-operator', ...environment };
  const child = spawn(process.execPath, [script, ...line], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close') as Promise<[number]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { out, err, code };
}

async function stuck(key: string): Promise<string> {
  admin.script.next('lab.ship.v1', key, 'reject');
  admin.script.always('lab.refund.v1', key, 'unavailable');
  const id = await admin.start(key);
  await admin.until(id, 'parked');
  return id;
}

describe('npm run sagas', () => {
  it('lists, shows and groups what is stuck, as tables or as the API has it', async () => {
    const id = await stuck('seen');
    const list = await sagas(['list', '--status', 'parked']);
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^ID +BUSINESS KEY +DEFINITION +STATUS +STEP +ERROR +SINCE\n/);
    expect(list.out).toMatch(new RegExp(`${id} +seen +lab v1 +parked +pay `));
    const { items } = {
      items: JSON.parse((await sagas(['list', '--json', '--step', 'pay'])).out) as { id: string }[],
    };
    expect(items.map((saga) => saga.id)).toEqual([id]);
    expect((await sagas(['show', id])).out).toContain('parked at pay');
    expect((await sagas(['failures'])).out).toMatch(/1 +lab v1 +pay /);
    expect((await sagas(['journal', id])).out).toMatch(/1 +\S+Z +started/);
  });

  it('acts on one saga, tells what would follow, and gives the words of a refusal', async () => {
    const id = await stuck('acted-on');
    const dry = await sagas(['retry', id, '--reason', 'mended', '--dry-run']);
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('undoes pay again')]);
    admin.script.mend('lab.refund.v1', 'acted-on');
    expect((await sagas(['retry', id, '--reason', 'mended'])).out).toMatch(/^Done; the saga is /);
    await admin.until(id, 'compensated');
    const refused = await sagas(['retry', id, '--reason', 'mended']);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^SAGA\.ENDED: /);
    expect((await sagas(['terminate', id, '--reason', 'x'])).err).toMatch(/^HTTP\.FORBIDDEN: /);
    expect((await sagas(['audit', '--saga', id])).out).toMatch(/demo-operator \(operator\) +saga\.retry/);
    expect(await sagas(['verify'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Intact: /) as unknown,
    });
  });

  it('follows a job to its end, and says by its exit code how that was', async () => {
    await admin.dataSource.query(`DELETE FROM saga.live_instance`);
    const keys = ['bulk-1', 'bulk-2'];
    for (const key of keys) await stuck(key);
    const bulk = ['bulk', 'retry', '--step', 'pay', '--reason', 'mended', '--rate', '50'];
    const failed = await sagas(bulk);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('stopped');
    for (const key of keys) {
      admin.script.mend('lab.refund.v1', key);
      const [saga] = await admin.reader.list({ correlationId: key }, null, 1);
      await admin.until(saga!.id, 'parked');
    }
    const { code, err, out } = await sagas(bulk);
    expect(err).toContain('2 sagas: ');
    expect(out).toMatch(/completed\. 2 sagas: 2 moved on/);
    expect(code).toBe(0);
    const ended = await sagas(['jobs', '--status', 'completed']);
    expect(ended.out).toMatch(/^ID +STATUS +ACTION +PROGRESS +BY +REASON +BEGUN +ENDED\n/);
    expect(ended.out).toMatch(/ completed +retry +2 sagas: 2 moved on +demo-operator +mended /);
    const all = await sagas(['jobs', '--json', '--limit', '10']);
    const shown = JSON.parse(all.out) as { status: string }[];
    expect(shown.map(({ status }) => status)).toEqual(['completed', 'stopped']);
  });

  it.each<[string, string[], Record<string, string>, number, RegExp]>([
    ['an unknown command', ['explode'], {}, 2, /no command "explode"/],
    ['an unknown option', ['list', '--force'], {}, 2, /--force/],
    ['a missing reason', ['retry', 'x'], {}, 2, /needs --reason/],
    ['an unknown status', ['jobs', '--status', 'gone'], {}, 1, /HTTP\.VALIDATION/],
    ['a missing id', ['show'], {}, 2, /takes one word/],
    [
      'a result that is no JSON',
      ['skip', 'x', '--reason', 'y', '--result', '{'],
      {},
      2,
      /needs --result with JSON/,
    ],
    ['no key', ['list'], { API_KEY: '' }, 2, /API_KEY/],
    ['a wrong key', ['list'], { API_KEY: 'nobody' }, 1, /HTTP\.UNAUTHENTICATED/],
    ['a bad id', ['show', 'x'], {}, 1, /HTTP\.VALIDATION/],
    ['nobody there', ['list', '--url', 'http://127.0.0.1:1'], {}, 3, /Nobody answers at/],
  ])('says what is wrong with %s, without a stack', async (_, line, environment, code, words) => {
    const answer = await sagas(line, environment);
    expect([answer.code, answer.out]).toEqual([code, '']);
    expect(answer.err).toMatch(words);
    expect(answer.err).not.toContain('    at ');
  });

  it('explains itself', async () => {
    const { code, out } = await sagas(['--help'], { API_KEY: '' });
    expect([code, out]).toEqual([0, expect.stringContaining('npm run sagas -- list')]);
  });
});

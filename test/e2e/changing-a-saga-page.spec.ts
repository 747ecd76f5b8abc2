import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApp, type AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const page = join(import.meta.dirname, '../../docs/operating/changing-a-saga.md');

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** The calls in the page's code blocks, in order, with the variables that its first block sets. */
function callsOf(text: string, api: string): Call[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  const variables = new Map(
    [...blocks[0]!.matchAll(/^(\w+)='?(.*?)'?$/gm)].map(([, name, value]) => [name!, value!]),
  );
  variables.set('API', api);
  const expanded = (word: string) =>
    word.startsWith("'")
      ? word.slice(1, -1)
      : word.replace(/^"|"$/g, '').replaceAll(/\$(\w+)/g, (_, name: string) => variables.get(name) ?? '');
  return blocks.flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split(/^(?=curl )/m)
      .filter((command) => command.startsWith('curl '))
      .map((command) => {
        const words = (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map(expanded);
        const after = (flag: string) =>
          words.flatMap((word, index) => (word === flag ? [words[index + 1]!] : []));
        return {
          method: after('-X')[0] ?? 'GET',
          url: words.find((word) => word.startsWith('http'))!,
          headers: Object.fromEntries(after('-H').map((header) => header.split(': ') as [string, string])),
          body: after('-d')[0],
        };
      }),
  );
}

describe('the page about changing a saga', () => {
  let database: TestDatabase;
  let app: AppProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { DATABASE_URL: database.url, ALTER: 'with-v3' };
    app = await startApp(env, { entry: 'test/support/altered-app.mjs' });
  }, 60_000);
  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  it('has commands that work as they are pasted, one after the other', async () => {
    const calls = callsOf(await readFile(page, 'utf8'), `${app.url}/v1/admin`);
    expect(calls.length).toBeGreaterThan(8);
    for (const { method, url, headers, body } of calls) {
      const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      const said = await answer.text();
      if (answer.status !== 200) throw new Error(`${method} ${url} ${body}: ${answer.status} ${said}`);
    }
  });
});

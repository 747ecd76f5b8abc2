import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { DataDirectory } from '../../src/platform/database/embedded/data-directory.js';
import { eventually } from '../support/eventually.js';

const EMBEDDED = '../../dist/src/platform/database/embedded/embedded-postgres.js';

/** A process that holds the server, prints its URL, and stops the server when it is interrupted. */
const HOLDER = `
  import { startEmbeddedPostgres } from '${join(import.meta.dirname, EMBEDDED)}';
  process.once('SIGINT', async () => {
    await server.stop();
    process.exit(0);
  });
  setInterval(() => {}, 1000);
  const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
  console.log(server.url);
`;

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const exited = (child: ChildProcess) =>
  new Promise<number | null>((done) =>
    child.exitCode === null ? child.once('exit', done) : done(child.exitCode),
  );

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  let servers: EmbeddedPostgres[] = [];

  /** In a process group of its own, as a shell starts a command. */
  const holder = async () => {
    const args = ['--input-type=module', '--eval', HOLDER, '--', dataDir];
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((done) =>
      child.stdout.setEncoding('utf8').once('data', (line: string) => done(line.trim())),
    );
    return { child, url };
  };

  const start = async (dir = dataDir) => {
    const server = await startEmbeddedPostgres({ dataDir: dir });
    servers.push(server);
    return server;
  };

  beforeAll(() => execFileSync(process.execPath, ['scripts/build.mjs', '--if-needed']));

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'embedded-'));
    await chmod(dataDir, 0o755);
  });

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop().catch(() => undefined)));
    servers = [];
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (id int)');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
  });

  it('is found, used and stopped by the next process after its parent was killed', async () => {
    const { child, url } = await holder();
    await query(url, 'CREATE TABLE kept (id int)');
    child.kill('SIGKILL');
    await exited(child);
    const next = await start();
    expect(next).toMatchObject({ adopted: true, url });
    expect(await query(next.url, 'SELECT * FROM kept')).toEqual([]);
    await next.stop();
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('outlives a Ctrl-C on the process group until its parent stops it', async () => {
    const { child, url } = await holder();
    const port = new URL(url).port;
    // Uses the server from here too, so that the parent's stop leaves it alone: only the signal could end it.
    const guest = await start();
    process.kill(-child.pid!, 'SIGINT');
    expect(await exited(child)).toBe(0);
    expect(await query(guest.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(new URL(guest.url).port).toBe(port);
  });

  it('is stopped by the parent that is interrupted alone', async () => {
    const { child } = await holder();
    process.kill(-child.pid!, 'SIGINT');
    expect(await exited(child)).toBe(0);
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('recovers when the server itself was killed', async () => {
    const { child, url } = await holder();
    await query(url, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    const { pid } = (await new DataDirectory(dataDir).postmaster())!;
    child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await exited(child);
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow());
    const next = await start();
    expect(next.adopted).toBe(false);
    expect(await query(next.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
  });

  it('is one server for processes that start at the same instant, stopped by the last of them', async () => {
    const [one, two, three] = await Promise.all([start(), start(), start()]);
    expect(new Set([one.url, two.url, three.url]).size).toBe(1);
    await Promise.all([one.stop(), two.stop()]);
    expect(await query(three.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await three.stop();
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('runs beside another one in another directory', async () => {
    const [one, other] = await Promise.all([start(join(dataDir, 'one')), start(join(dataDir, 'other'))]);
    await query(one.url, 'CREATE TABLE mine (id int)');
    await expect(query(other.url, 'SELECT * FROM mine')).rejects.toThrow('does not exist');
  });

  it('is reached over its Unix socket, by its owner alone, and over TCP where the path is too long for one', async () => {
    const { url } = await start();
    const sockets = new URL(url).searchParams.get('host')!;
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    const over = 'SELECT inet_server_addr()::text AS address';
    expect(await query(url, over)).toEqual([{ address: null }]);
    expect(await query(url.split('?')[0]!, over)).toEqual([{ address: '127.0.0.1/32' }]);
    const far = await start(join(dataDir, 'x'.repeat(100)));
    expect(await query(far.url, over)).toEqual([{ address: '127.0.0.1/32' }]);
  });

  it('lets nobody in without the password', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
  });

  it('says in one line what is wrong with a directory that it cannot use', async () => {
    await writeFile(join(dataDir, 'file'), '');
    await expect(start(join(dataDir, 'file'))).rejects.toThrow(/^DATA_DIR .*file cannot be used: .*$/);
    await chmod(dataDir, 0o700);
    if (process.getuid?.() === 0) await expect(start()).rejects.toThrow(`to whom ${dataDir} is closed`);
  });
});

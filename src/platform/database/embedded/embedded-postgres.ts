import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../../bootstrap/startup-error.js';
import { type Binaries, locateBinaries } from './binaries.js';
import { DATABASE, DataDirectory, type Postmaster, SUPERUSER, serverEnvironment } from './data-directory.js';
import { Hold } from './hold.js';
import { serverUser, type ServerUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** Folder of its own for the server; created when missing. */
  readonly dataDir: string;
  /**
   * For tests only: gives up durability for speed, lets Ctrl-C reach the server directly, and has no Unix sockets, so
   * that tests may stand between it and its clients. Default false.
   */
  readonly fast?: boolean;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `orders`, password included. */
  readonly url: string;
  /** True when the server was running already: left behind by a killed process, or in use by another one. */
  readonly adopted: boolean;
  /** Stops the server and waits for its end, unless another process still uses it: the last one stops it. */
  stop(): Promise<void>;
  /** Gives up this process's use of the server and leaves it running. */
  release(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const MAX_LAUNCHES = 10;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts a real PostgreSQL in `dataDir`, or joins the one that runs there.
 *
 * The server is a child in a session of its own, so that Ctrl-C, which goes to our whole process group, leaves it
 * alive until we have drained. It outlives a killed parent; the next start finds it by `postmaster.pid`. Several
 * processes may use one directory at once: each has a `Hold`, and the last to `stop()` stops the server.
 *
 * @throws StartupError when there is no server for this machine, or it does not come up within 30 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = new DataDirectory(options.dataDir);
  const user = serverUser(directory.postgres);
  await directory.open(user);
  const { hold, launched } = await takeHold(directory, user, options.fast ?? false);
  return {
    url: urlOf(hold.server, await directory.password()),
    adopted: hold.server.pid !== launched?.pid,
    stop: () => stop(directory, hold),
    release: () => hold.end(),
  };
}

/** Over its Unix socket where it has one; host and port are right for clients without. */
function urlOf({ port, sockets }: Postmaster, password: string): string {
  const over = sockets === null ? '' : `?host=${encodeURIComponent(sockets)}`;
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}${over}`;
}

/** Tries and waits until a server answers; starts one whenever none is on its way. */
async function takeHold(directory: DataDirectory, user: ServerUser | undefined, fast: boolean) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let launched: ChildProcess | undefined;
  for (let launches = 0; Date.now() < deadline; await delay(10)) {
    const hold = await Hold.take(directory);
    if (hold) return { hold, launched };
    // Ours or another process's, starting, recovering or stopping: it will answer or be gone.
    if (launched?.exitCode === null || (await directory.isServed())) continue;
    // Our port may have been taken meanwhile, or backends of a killed server still hold its memory.
    if (++launches > MAX_LAUNCHES) break;
    if (launched) await delay(250);
    launched = await launch(directory, user, fast);
  }
  if (launched?.exitCode === null) launched.kill('SIGINT');
  throw new StartupError(`The embedded PostgreSQL did not start: ${await lastComplaint(directory)}`);
}

async function launch(
  directory: DataDirectory,
  user: ServerUser | undefined,
  fast: boolean,
): Promise<ChildProcess> {
  const binaries: Binaries = await locateBinaries(directory.root, user);
  if (!directory.isInitialised) await directory.initialise(binaries, user);
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port: await freePort(),
    unix_socket_directories: (fast ? null : await directory.makeSockets(user)) ?? '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The log keeps what concerns the server; a client's failed statement may carry personal data.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...(fast
      ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 300 }
      : {}),
  };
  const args = [
    '-D',
    directory.postgres,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openSync(directory.log, 'a', 0o600);
  const child = spawn(binaries.postgres, args, {
    cwd: directory.postgres,
    detached: !fast,
    stdio: ['ignore', log, log],
    env: serverEnvironment(),
    uid: user?.uid,
    gid: user?.gid,
  });
  closeSync(log);
  child.once('error', () => undefined); // It has no process id then, and the deadline tells.
  child.unref();
  return child;
}

async function stop(directory: DataDirectory, hold: Hold): Promise<void> {
  const last = await hold.releaseAsLast().catch(() => undefined);
  // The server is told while the hold still shuts newcomers out; they wait, and then start it anew.
  if (last) await stopServer(directory, hold.server.pid);
  await hold.end();
  if (last !== undefined) return;
  // The connection broke: the server is gone, or a crashed backend made it drop everyone.
  const again = await Hold.take(directory);
  if (again) await stop(directory, again);
}

async function stopServer(directory: DataDirectory, pid: number): Promise<void> {
  process.kill(pid, 'SIGINT'); // "Fast shutdown": rolls open transactions back and writes all down.
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  // Its pid file goes last; the process itself may linger as a zombie where nobody reaps orphans.
  while ((await directory.postmaster())?.pid === pid) {
    if (Date.now() > deadline) return void process.kill(pid, 'SIGQUIT');
    await delay(10);
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

async function lastComplaint(directory: DataDirectory): Promise<string> {
  const log = await readFile(directory.log, 'utf8').catch(() => '');
  const complaint = log
    .trimEnd()
    .split('\n')
    .filter((line) => /\b(FATAL|PANIC):/.test(line))
    .at(-1);
  return `${complaint ?? 'it does not answer'} (see ${directory.log})`;
}

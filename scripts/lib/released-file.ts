import { writeFile } from 'node:fs/promises';
import { readReleased } from '../../src/saga/released/read-released.js';
import type { Released, ReleasedVersion } from '../../src/saga/released/released-versions.js';

const FILE = 'sagas.released.json';

export const readReleasedFile = (): Released => readReleased(FILE);

/** Enters a version, or changes its entry; names and versions ascending, so that two releases merge. */
export async function enter(name: string, version: number, entry: ReleasedVersion): Promise<void> {
  const released = readReleasedFile();
  const mine = { ...released[name], [version]: entry };
  const all = { ...released, [name]: mine };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Today, as a release notes it. */
export const today = (): string => new Date().toISOString().slice(0, 10);

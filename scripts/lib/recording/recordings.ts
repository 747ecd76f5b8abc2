import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SagaDefinition } from '../../../src/saga/definition/index.js';
import type { Entry } from '../../../src/saga/engine/entries.js';
import { fold } from '../../../src/saga/engine/evolve.js';
import { instanceRow } from '../../../src/saga/engine/instance-row.js';
import type { RecordedJournal } from '../../../src/saga/released/recorded-journal.js';
import { today } from '../released-file.js';

const FOLDER = 'test/recorded-journals';

const pathOf = ({ name, version }: SagaDefinition, scenario: string) =>
  join(FOLDER, `${name}.v${version}.${scenario}.json`);

export function isRecorded(definition: SagaDefinition, scenario: string): boolean {
  return existsSync(pathOf(definition, scenario));
}

export async function record(
  definition: SagaDefinition,
  scenario: string,
  journal: readonly Entry[],
): Promise<void> {
  const entries = withoutPaths(journal);
  const state = fold(entries);
  const recorded: RecordedJournal = {
    definition: definition.name,
    version: definition.version,
    scenario,
    recordedOn: today(),
    entries,
    state,
    row: instanceRow(definition, state, state.updatedAt),
  };
  await mkdir(FOLDER, { recursive: true });
  await writeFile(pathOf(definition, scenario), `${JSON.stringify(recorded, null, 1)}\n`);
}

export async function readRecordings(): Promise<RecordedJournal[]> {
  const files = (await readdir(FOLDER).catch(() => [])).sort();
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as RecordedJournal),
  );
}

/** Stacks keep their first line: the others name files of the machine that they were recorded on. */
function withoutPaths(entries: readonly Entry[]): Entry[] {
  return JSON.parse(JSON.stringify(entries), (key, value: unknown) =>
    key === 'stack' && typeof value === 'string' ? value.split('\n')[0] : value,
  ) as Entry[];
}

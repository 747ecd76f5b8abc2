import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from './engine/evolve.js';
import { instanceRow } from './engine/instance-row.js';
import { orderFulfillment } from './reference.js';
import { reportSaga } from './report/index.js';
import type { RecordedJournal } from './released/recorded-journal.js';
import { rederive } from './released/rederive.js';
import { ReleasedVersions } from './released/released-versions.js';

const folder = join(import.meta.dirname, '../../test/recorded-journals');
const recordings = readdirSync(folder)
  .sort()
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedJournal);
const all = recordings.map((one) => [`${one.definition} v${one.version} ${one.scenario}`, one] as const);
const definitionOf = ({ definition, version }: RecordedJournal) =>
  orderFulfillment.definitions.find((one) => one.name === definition && one.version === version);
/** As it is stored, so that what is not set and what is absent are one. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the recorded journals of released versions', () => {
  it('are there for each of them', () => {
    const released = new ReleasedVersions(orderFulfillment.released ?? {}).all();
    expect(released.length).toBeGreaterThan(4);
    for (const { name, version } of released) {
      expect(recordings.some((one) => one.definition === name && one.version === version)).toBe(true);
    }
  });

  it.each(all)('%s: folds to the state that it had when it was recorded', (_, { entries, state }) => {
    expect(stored(fold(entries))).toMatchObject(state);
  });

  it.each(all)('%s: folds from every beginning', (_, { entries }) => {
    for (let length = 1; length <= entries.length; length++) {
      expect(fold(entries.slice(0, length)).length).toBe(length);
    }
  });

  it.each(all)('%s: still stands where it stood', (_, recording) => {
    const definition = definitionOf(recording);
    // Its code may be gone; then nobody asks where it stands.
    if (!definition) return;
    const state = fold(recording.entries);
    expect(stored(instanceRow(definition, state, state.updatedAt))).toMatchObject(recording.row);
    expect(reportSaga(definition, state).steps).toHaveLength(definition.steps.length);
  });

  it.each(all)('%s: its inputs and conditions are made alike', (_, recording) => {
    const definition = definitionOf(recording);
    expect(definition ? rederive(definition, recording.entries) : []).toEqual([]);
  });

  const continued = all.filter(([, { entries }]) => entries.some(({ kind }) => kind === 'continued'));
  it.each(continued)('%s: folds to the same state from its last segment alone', (_, { entries, state }) => {
    const place = entries.findLastIndex(({ kind }) => kind === 'continued');
    expect(stored(fold(entries.slice(place)))).toEqual(stored(fold(entries)));
    expect(stored(fold(entries.slice(place)))).toMatchObject(state);
  });

  it('show a saga whose journal has continued', () => {
    expect(continued).not.toEqual([]);
  });

  it('hold no name and no address', () => {
    const fields = JSON.stringify(recordings).match(
      /"(name|line1|line2|city|postalCode|shippingAddress|holder)":/g,
    );
    const named = new Set(fields);
    // Steps and errors have names; people do not.
    expect([...named].filter((field) => field !== '"name":')).toEqual([]);
  });
});

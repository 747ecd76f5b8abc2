import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Announced } from '../support/lab/messages.js';

/** Never takes its event, so that the delivery stays for the reader to see. */
@EventsHandler(Announced)
class Deaf implements IEventHandler<Announced> {
  async handle(): Promise<void> {
    throw new Error('The handler hears nothing.');
  }
}

/** What one statement sees of a saga: one snapshot. */
interface Seen {
  readonly key: string;
  readonly status: string;
  readonly length: number;
  readonly entries: number;
  readonly noted: boolean;
  readonly effects: number;
  readonly deliveries: number;
  readonly ended: boolean;
  readonly endedInJournal: boolean;
}

const look = `
  SELECT i.correlation_id AS key, i.status, i.length,
         (SELECT COALESCE(sum(jsonb_array_length(j.entries)), 0)::int FROM saga.journal j WHERE j.saga_id = i.id)
           AS entries,
         EXISTS (SELECT FROM saga.journal j, jsonb_array_elements(j.entries) e
                  WHERE j.saga_id = i.id AND e->>'kind' = 'succeeded' AND e->'unit'->>'role' = 'action'
                    AND e->'unit'->>'name' = 'note') AS noted,
         (SELECT count(*)::int FROM lab.effect f WHERE f.key = i.correlation_id AND f.what = 'lab.note.v1')
           AS effects,
         (SELECT count(*)::int FROM platform.delivery d WHERE d.payload->>'key' = i.correlation_id) AS deliveries,
         i.finished_at IS NOT NULL AS ended,
         EXISTS (SELECT FROM saga.journal j, jsonb_array_elements(j.entries) e
                  WHERE j.saga_id = i.id AND e->>'kind' IN ('completed', 'compensated')) AS "endedInJournal"
    FROM saga.instance i`;

/** What the parts of a saga say that cannot be true at one time. */
function contradictions({ key, length, entries, noted, effects, deliveries, ...end }: Seen): string[] {
  const found: string[] = [];
  if (length !== entries)
    found.push(`${key}: the row knows of ${length} entries, the journal has ${entries}`);
  if (effects !== Number(noted)) found.push(`${key}: noted is ${noted}, and there are ${effects} notes`);
  if (deliveries !== Number(noted)) found.push(`${key}: noted is ${noted}, ${deliveries} event(s) stored`);
  if (end.ended !== end.endedInJournal) found.push(`${key}: row and journal do not end together`);
  return found;
}

const root = join(import.meta.dirname, '../..');
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('A commit of the engine', () => {
  let lab: Lab;
  let worker: LabWorker;
  let reader: Client;

  beforeAll(async () => {
    lab = await openLab({ providers: [Deaf] });
    worker = await lab.startWorker();
    reader = new Client({ connectionString: lab.url });
    await reader.connect();
  });
  afterAll(async () => {
    await reader.end();
    await lab.close();
  });

  it('is seen whole: no reader finds row, journal, business rows and outbox at odds, however often it looks', async () => {
    const keys = Array.from({ length: 120 }, (_, index) => `watched-${index}`);
    keys.forEach((key, index) => {
      if (index % 3 === 0) lab.script.next('lab.ship.v1', key, 'reject');
      if (index % 4 === 0) lab.script.next('lab.note.v1', key, 'throw', 'throw');
    });
    let looks = 0;
    let between = 0;
    let started = false;
    const found = new Set<string>();
    const watch = async () => {
      for (;;) {
        const { rows } = await reader.query<Seen>(look);
        looks++;
        rows.flatMap(contradictions).forEach((finding) => found.add(finding));
        between += rows.filter(({ ended, length }) => !ended && length > 2).length;
        if (started && rows.length === keys.length && rows.every(({ ended }) => ended)) return;
      }
    };
    const watching = watch();
    for (let from = 0; from < keys.length; from += 20)
      await lab.start(worker, ...keys.slice(from, from + 20));
    started = true;
    await watching;
    expect([...found]).toEqual([]);
    // It has looked at sagas on their way, and not only at their ends.
    expect({ looks: looks > 10, between: between > 20 }).toEqual({ looks: true, between: true });
  });

  it('is a transaction of one database: nothing is ever prepared for a second phase', async () => {
    const { rows } = await reader.query<{ max: string }>(
      `SELECT current_setting('max_prepared_transactions') AS max`,
    );
    // The server that all tests run on would refuse to prepare any.
    expect(rows).toEqual([{ max: '0' }]);
    const files = ['src', 'migrations'].flatMap((folder) => filesBelow(join(root, folder)));
    expect(files.length).toBeGreaterThan(500);
    const guilty = files.filter((file) =>
      /\b(PREPARE TRANSACTION|(COMMIT|ROLLBACK) PREPARED)\b/i.test(readFileSync(file, 'utf8')),
    );
    expect(guilty).toEqual([]);
  });
});

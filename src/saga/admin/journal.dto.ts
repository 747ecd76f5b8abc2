import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/page.js';
import { journalExample } from './saga-examples.js';
import type { NumberedEntry } from './saga-reader.js';

const longestPage = 200;

/** A journal is short, and people want all of it: here a page is as long as a page may be, unless they say otherwise. */
export const readJournalQuery = z.strictObject({
  ...pageQuery,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(longestPage)
    .default(longestPage)
    .describe(`How many entries at most: 1–${longestPage}, ${longestPage} by default.`),
});

export type ReadJournalQuery = z.infer<typeof readJournalQuery>;

/** Where the next page begins: after the entry with this number. */
export const journalCursor = z.strictObject({ number: z.int().min(0).max(2_147_483_647) });

export const journalEntry = z
  .looseObject({
    number: z.int().describe('Place in the journal, from 1.'),
    epoch: z.int().describe('Rises whenever another worker takes the saga over.'),
    at: z.iso.datetime(),
    kind: z
      .string()
      .describe('What happened, e.g. `intended`, `succeeded`, `parked`; it tells the other fields.'),
  })
  .meta({ examples: journalExample });

export const journalPage = pageOf(journalEntry);

export type JournalEntry = z.infer<typeof journalEntry>;

export function toJournalEntry({ number, epoch, entry }: NumberedEntry): JournalEntry {
  return { number, epoch, ...entry };
}

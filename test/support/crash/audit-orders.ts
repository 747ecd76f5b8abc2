import { createHash } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { invariants } from '../../../src/composition/auditor/invariants/index.js';
import { Journals } from '../../../src/composition/auditor/journals.js';
import { OutsideAgrees } from '../../../src/composition/auditor/outside-agrees.js';
import { OutsideIsOurs } from '../../../src/composition/auditor/outside-is-ours.js';
import { everything, type Scope } from '../../../src/composition/auditor/scope.js';
import { Settings } from '../../../src/platform/config/settings.js';

/** The auditor's own rules, on what has changed since then. Answers its findings, as sentences. */
export function auditSince(app: INestApplicationContext, since: Date, client: Client): Promise<string[]> {
  const scope = { complete: false, since: since.toISOString(), until: 'infinity', standing: [] };
  return audit(app, scope, (text, values) => client.query({ name: nameOf(text), text, values }));
}

/** The auditor's own rules, on all there is. */
export function auditEverything(app: INestApplicationContext): Promise<string[]> {
  const database = app.get(DataSource);
  return audit(app, everything, async (text, values) => ({
    rows: await database.query<object[]>(text, values),
  }));
}

/** Thousands of runs ask the same on one connection: that is to be planned once. */
function nameOf(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

async function audit(
  app: INestApplicationContext,
  scope: Scope,
  query: (text: string, values: unknown[]) => Promise<{ rows: object[] }>,
): Promise<string[]> {
  const ask = async <Row>(text: string, values: readonly unknown[]) =>
    (await query(text, [...values])).rows as Row[];
  const { leaseSeconds } = app.get(Settings);
  const parts = [Journals, OutsideAgrees, OutsideIsOurs].map((part) =>
    app.get<Journals>(part, { strict: false }),
  );
  const found = [];
  for (const invariant of invariants(leaseSeconds)) found.push(...(await invariant.find(ask, scope)));
  for (const part of parts) found.push(...(await part.find(ask, scope, () => undefined)));
  return found.map(({ code, text }) => `${code}: ${text}`);
}

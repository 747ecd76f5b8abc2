import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { invariants } from '../../../src/composition/auditor/invariants/index.js';
import { Journals } from '../../../src/composition/auditor/journals.js';
import { OutsideAgrees } from '../../../src/composition/auditor/outside-agrees.js';
import { OutsideIsOurs } from '../../../src/composition/auditor/outside-is-ours.js';
import { everything, type Scope } from '../../../src/composition/auditor/scope.js';
import { Settings } from '../../../src/platform/config/settings.js';

/** Sagas that ended so lately are looked at; a run takes less. */
const lately = 60_000;

/** The auditor's own rules, on what has changed lately. Answers its findings, as sentences. */
export function auditLately(app: INestApplicationContext): Promise<string[]> {
  const since = new Date(Date.now() - lately).toISOString();
  return audit(app, { complete: false, since, until: 'infinity', standing: [] });
}

/** The auditor's own rules, on all there is. */
export function auditEverything(app: INestApplicationContext): Promise<string[]> {
  return audit(app, everything);
}

async function audit(app: INestApplicationContext, scope: Scope): Promise<string[]> {
  const database = app.get(DataSource);
  const ask = <Row>(text: string, values: readonly unknown[]) => database.query<Row[]>(text, [...values]);
  const { leaseSeconds } = app.get(Settings);
  const parts = [Journals, OutsideAgrees, OutsideIsOurs].map((part) =>
    app.get<Journals>(part, { strict: false }),
  );
  const found = [];
  for (const invariant of invariants(leaseSeconds)) found.push(...(await invariant.find(ask, scope)));
  for (const part of parts) found.push(...(await part.find(ask, scope, () => undefined)));
  return found.map(({ code, text }) => `${code}: ${text}`);
}

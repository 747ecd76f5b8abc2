import type { Entry } from '../engine/entries.js';

/** What happened to a saga, a phrase for each turn that its way took: what its definition decides, and no accident. */
export interface Turn {
  /** The step or closing that it is about; null: the saga as a whole. */
  readonly step: string | null;
  readonly phrase: string;
}

/** Parked because of what became of a worker, or of the time that went by: no definition decides that. */
const accidents: ReadonlySet<string | null> = new Set(['SAGA.CRASH_LOOP', 'SAGA.KEY_EXPIRED']);

export function courseOf(journal: readonly Entry[]): Turn[] {
  const events = new Map<string, string>();
  return journal.flatMap((entry): Turn[] => {
    switch (entry.kind) {
      case 'event-heard':
        events.set(entry.id, entry.event);
        return [];
      case 'intended': {
        const { role, name } = entry.unit;
        const step = role === 'reaction' ? (events.get(name) ?? name) : name;
        return [{ step, phrase: `${verbs[role]} "${step}" by ${entry.command}` }];
      }
      case 'passed':
        return [{ step: entry.step, phrase: `passes "${entry.step}" over` }];
      case 'waiting':
        return [{ step: entry.step, phrase: `waits at "${entry.step}"` }];
      case 'diverted':
        return [{ step: entry.step, phrase: `takes "${entry.to}" instead of "${entry.step}"` }];
      case 'turned-back': {
        const { step, code } = entry.cause;
        return [{ step, phrase: `turns back at "${step}" for ${code}` }];
      }
      case 'parked': {
        if (accidents.has(entry.error.code)) return [];
        const step = entry.step ?? entry.unit?.name ?? null;
        return [{ step, phrase: `is parked${step === null ? '' : ` at "${step}"`} for ${entry.error.code}` }];
      }
      case 'completed':
      case 'compensated':
      case 'terminated':
        return [{ step: null, phrase: `ends ${entry.kind}` }];
      default:
        return [];
    }
  });
}

const verbs = { action: 'does', compensation: 'undoes', closing: 'tells', reaction: 'reacts to' } as const;

import { toyDefinition } from '../testing/index.js';
import { begin } from './decide.js';
import type { Entry, EntryBody } from './entries.js';
import { fold } from './evolve.js';
import { directives } from './next.js';
import { own, upcoming } from './owned-saga.js';
import type { UnitRef } from './state.js';

const now = '2026-01-01T00:00:00.000Z';
const env = { now, newId: () => 'saga', random: () => 0 };
const action = (name: string): UnitRef => ({ role: 'action', name });
const undo = (name: string): UnitRef => ({ role: 'compensation', name });

const definition = toyDefinition([
  { name: 'goods', kind: 'external' },
  { name: 'money', kind: 'external' },
]);

const intended = (unit: UnitRef): EntryBody => ({
  kind: 'intended',
  unit,
  command: 'toy',
  input: {},
  reference: `${unit.role} ${unit.name}`,
  undo: null,
});

function stateAfter(...bodies: EntryBody[]) {
  const { started } = begin(definition, { id: 'saga', correlationId: 'order', input: {} }, env);
  return fold([started, ...bodies.map((body): Entry => ({ at: now, ...body }))]);
}

const both = stateAfter(intended(action('goods')), intended(action('money')));

describe('What may be done with a saga', () => {
  const names = (underWay: string[]) =>
    directives(definition, both, now, new Set(underWay)).map((one) => ('unit' in one ? one.unit.name : one));

  it('is all of its actions that are due, side by side, but for those under way', () => {
    expect(names([])).toEqual(['goods', 'money']);
    expect(names(['action goods'])).toEqual(['money']);
    expect(names(['action goods', 'action money'])).toEqual([]);
  });

  it('is one compensation at a time', () => {
    const cause = { type: 'failed', step: 'money', index: 1, code: 'X', message: '', error: null } as const;
    const undoing = stateAfter(
      { kind: 'turned-back', cause },
      intended(undo('goods')),
      intended(undo('money')),
    );
    expect(directives(definition, undoing, now)).toMatchObject([{ unit: undo('money') }]);
    expect(directives(definition, undoing, now, new Set(['compensation goods']))).toEqual([]);
  });

  it('is nothing that this worker is calling, and what is left rests until it falls due', () => {
    const saga = own({ id: 'saga', definition, epoch: 1, revision: 1, state: both, asOf: now });
    saga.calls.add('action goods');
    expect(upcoming(saga)).toMatchObject([{ do: 'execute', unit: action('money') }]);
  });
});

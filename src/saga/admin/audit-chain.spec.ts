import {
  faultOf,
  hashOf,
  sealEntries,
  type ChainEnd,
  type FoundSeal,
  type SealableEntry,
} from './audit-chain.js';

const start: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };
const entry = (id: string): SealableEntry => ({
  ...{ id, at: '2026-07-15T09:35:52.000001Z', actor: 'ann', role: 'operator', action: 'saga.retry' },
  ...{
    sagaId: null,
    reason: 'why',
    before: '{"status": "parked"}',
    after: null,
    jobId: null,
    approvalId: null,
  },
});
const entries = ['a', 'b', 'c'].map(entry);
const found = (): FoundSeal[] => sealEntries(start, entries).map((seal, n) => ({ ...seal, ...entries[n]! }));

/** The first fault of a whole chain. */
function check(seals: readonly FoundSeal[]) {
  let end = start;
  for (const seal of seals) {
    const fault = faultOf(end, seal);
    if (fault) return fault;
    end = seal;
  }
  return null;
}

describe('The chain of the audit', () => {
  it('is whole as it was sealed, however often one stopped in between', () => {
    expect(check(found())).toBeNull();
    const [first] = sealEntries(start, entries.slice(0, 1));
    expect([first, ...sealEntries(first!, entries.slice(1))]).toEqual(sealEntries(start, entries));
  });

  it.each<[keyof SealableEntry, string]>([
    ['at', '2026-07-15T09:35:52.000002Z'],
    ['actor', 'bob'],
    ['role', 'supervisor'],
    ['action', 'saga.skip'],
    ['sagaId', 's'],
    ['reason', 'because'],
    ['before', '{}'],
    ['after', '{}'],
    ['jobId', 'j'],
    ['approvalId', 'p'],
  ])('tells of a changed %s', (field, value) => {
    const seals = found();
    seals[1] = { ...seals[1]!, [field]: value };
    expect(check(seals)).toMatchObject({ kind: 'changed', sequence: 2, entryId: 'b' });
  });

  it('tells of a changed entry whose own seal was made anew, by the one after it', () => {
    const seals = found();
    const forged = { ...entries[1]!, reason: 'because' };
    seals[1] = { ...seals[1]!, ...forged, hash: hashOf(2, seals[1]!.previousHash, forged) };
    expect(check(seals)).toMatchObject({ kind: 'changed', sequence: 3, entryId: 'c' });
  });

  it('tells of a removed entry, and of a removed seal', () => {
    const seals = found();
    expect(check([seals[0]!, { ...seals[1]!, id: null }])).toMatchObject({
      kind: 'removed',
      sequence: 2,
      entryId: 'b',
    });
    expect(check([seals[0]!, seals[2]!])).toMatchObject({ kind: 'removed', sequence: 2, entryId: null });
  });

  it('does not take a null for an empty text', () => {
    expect(hashOf(1, 'x', { ...entries[0]!, after: '' })).not.toBe(hashOf(1, 'x', entries[0]!));
  });
});

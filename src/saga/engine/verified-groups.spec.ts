import { definitionDiagram } from '../definition/mermaid.js';
import { describeDefinition, fingerprint } from '../definition/fingerprint.js';
import { toyDefinition, toyMessage, type ToyOptions, type ToyStep } from '../testing/index.js';
import { verifyDefinition } from '../definition/verifier.js';

const inBranch = (branch: string, step: ToyStep, group = 'both'): ToyStep => ({
  ...step,
  branch: { group, branch },
});
const goods = inBranch('goods', { name: 'goods' });
const pack = inBranch('goods', { name: 'pack' });
const money = inBranch('money', { name: 'money' });
const ship: ToyStep = { name: 'ship', phase: 'pivot' };
const reads = (name: string) => ({
  map: ({ results }: { results: unknown }) => ({
    read: (results as Record<string, { id: string }>)[name]!.id,
  }),
});

const codesOf = (steps: ToyStep[], options?: ToyOptions) =>
  verifyDefinition(toyDefinition(steps, options)).map(({ code, path }) => `${code} at ${path}`);

describe('The verifier, of groups', () => {
  it('finds nothing in branches that stand together before the pivot', () => {
    expect(codesOf([goods, pack, money, ship])).toEqual([]);
    expect(
      codesOf([{ ...goods }, { ...pack, ...reads('goods') }, money, { ...ship, ...reads('money') }]),
    ).toEqual([]);
  });

  it.each<[string, ToyStep[], string]>([
    ['a pivot in a branch', [goods, inBranch('money', ship)], 'SAGA.PIVOT_IN_GROUP at toy v1 › ship'],
    [
      'a retriable step in a branch',
      [
        ship,
        inBranch('goods', { name: 'a', phase: 'retriable' }),
        inBranch('money', { name: 'b', phase: 'retriable' }),
      ],
      'SAGA.WRONG_PHASE at toy v1 › a',
    ],
    ['a group of one branch', [goods, pack, ship], 'SAGA.LONE_BRANCH at toy v1 › both'],
    [
      'a step between those of a group',
      [goods, { name: 'x' }, money],
      'SAGA.SCATTERED_GROUP at toy v1 › both',
    ],
    ['a branch in two parts', [goods, money, pack], 'SAGA.SCATTERED_GROUP at toy v1 › both'],
    [
      'a mapping that reads a result of another branch',
      [goods, { ...money, ...reads('goods') }],
      'SAGA.NOT_STORED at toy v1 › money',
    ],
  ])('finds %s', (_, steps, finding) => {
    expect(codesOf(steps)).toContain(finding);
  });

  it('finds alternatives in a group, and save-points in the middle of one', () => {
    const instead = { insteadOf: 'goods', steps: [{ name: 'instead' }] };
    expect(codesOf([goods, money], { alternatives: [instead] })).toContain(
      'SAGA.ALTERNATIVE_IN_GROUP at toy v1 › goods',
    );
    const later = (undoTo: string) => [{ insteadOf: 'late', steps: [{ name: 'instead' }], undoTo }];
    const steps = [goods, pack, money, { name: 'late' }];
    expect(codesOf(steps, { alternatives: later('pack') })).toEqual([
      'SAGA.WRONG_SAVE_POINT at toy v1 › alternative instead',
    ]);
    expect(codesOf(steps, { alternatives: later('money') })).toEqual([]);
  });

  it('finds an event that would end the waits of two branches', () => {
    const wait = (name: string): ToyStep => ({ name, kind: 'wait' });
    const definition = toyDefinition([inBranch('goods', wait('a')), inBranch('money', wait('b'))]);
    const same = toyMessage('came-a');
    const steps = definition.steps.map((step) => ({
      ...step,
      wait: step.wait && { ...step.wait, cases: [{ name: 'came', event: same, then: 'go-on' as const }] },
    }));
    const found = verifyDefinition({ ...definition, steps, events: [] }).map(({ code }) => code);
    expect(found).toContain('SAGA.AMBIGUOUS_CASE');
  });
});

describe('A definition with a group', () => {
  const grouped = toyDefinition([{ name: 'first' }, goods, pack, money, ship], { closings: [] });

  it('is drawn with its branches side by side', () => {
    const edges = definitionDiagram(grouped)
      .split('\n')
      .filter((line) => line.includes('-->') && line.includes(' s'));
    expect(edges).toEqual([
      '  start --> s0',
      '  s0 --> s1',
      '  s0 --> s3',
      '  s1 --> s2',
      '  s2 --> s4',
      '  s3 --> s4',
      '  s4 --> completed',
    ]);
  });

  it('has another fingerprint than without it, and those without a group the one that they had', () => {
    const flat = toyDefinition(
      [{ name: 'first' }, ...[goods, pack, money].map(({ name }) => ({ name })), ship],
      { closings: [] },
    );
    expect(fingerprint(flat)).not.toBe(fingerprint(grouped));
    expect(describeDefinition(flat).steps[1]).not.toHaveProperty('branch');
  });
});

import { describeDefinition, fingerprint, type SagaDefinition } from '../definition/index.js';
import { toyDefinition, toyMessage } from '../testing/index.js';
import { releaseFaults } from './release-faults.js';
import { ReleasedVersions, type ReleasedVersion } from './released-versions.js';

const toy = toyDefinition([
  { name: 'take', kind: 'local', phase: 'compensatable' },
  { name: 'send', kind: 'external', phase: 'pivot' },
  { name: 'tell', kind: 'local', phase: 'retriable' },
]);

function released(change: Partial<ReleasedVersion> = {}): ReleasedVersions {
  const description = describeDefinition(toy);
  const entry = { fingerprint: fingerprint(toy), releasedOn: '2026-01-01', description, ...change };
  return new ReleasedVersions({ [toy.name]: { [toy.version]: entry } });
}

const faults = (definitions: readonly SagaDefinition[], list = released()) =>
  releaseFaults(definitions, list).map(({ kind, text, differences }) => ({ kind, text, differences }));

const [take, send, tell] = toy.steps;
const [undo] = toy.compensations;

describe('a released version', () => {
  it('is as it was, beside ones that are not released yet', () => {
    expect(faults([toy, { ...toy, version: 2, steps: [] }])).toEqual([]);
  });

  it.each<[string, Partial<SagaDefinition>, string]>([
    [
      'a policy',
      { steps: [{ ...take!, retry: { ...take!.retry, maxAttempts: 9 } }, send!, tell!] },
      '~ take: retry.maxAttempts 5 → 9',
    ],
    ['the order of its steps', { steps: [send!, take!, tell!] }, '> take: was first, is after send'],
    [
      'a mapping',
      { steps: [{ ...take!, action: { ...take!.action!, map: () => ({ id: 'x' }) } }, send!, tell!] },
      '~ take: action.input.id none → x',
    ],
    [
      'the command of a compensation',
      { compensations: [{ ...undo!, command: toyMessage('toy.undo-otherwise.v1') }] },
      `~ ${undo!.step}: compensation.command ${undo!.command.wireName} → toy.undo-otherwise.v1`,
    ],
    ['a step', { steps: [take!, send!] }, '- tell, after send: retriable, local, do-tell'],
  ])('that has lost or changed %s is found, with what to do', (_, change, difference) => {
    const [fault, ...others] = faults([{ ...toy, ...change }]);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ kind: 'differs' });
    expect(fault!.text).toContain(`${toy.name} v1 is released and has been changed: put it back`);
    expect(fault!.text).toContain('give the change a version of its own');
    expect(fault!.differences).toContain(difference);
  });

  it('that is gone from the code is found, unless it was taken out', () => {
    const [fault] = faults([]);
    expect(fault).toMatchObject({ kind: 'missing' });
    expect(fault!.text).toContain(`npm run sagas:remove -- ${toy.name} 1`);
    expect(faults([], released({ removedOn: '2026-02-01' }))).toEqual([]);
  });

  it('cannot be changed in the list instead', () => {
    const changed = { ...toy, deadlineMs: 1 };
    const list = released({ fingerprint: fingerprint(changed) });
    expect(faults([changed], list)).toMatchObject([{ kind: 'edited' }]);
  });

  it('keeps its number when its code is gone: nothing else may have it', () => {
    const list = released({ removedOn: '2026-02-01' });
    expect(faults([{ ...toy, deadlineMs: 1 }], list)).toMatchObject([{ kind: 'differs' }]);
  });
});

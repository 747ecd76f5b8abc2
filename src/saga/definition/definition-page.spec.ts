import { z } from 'zod';
import { defineSaga } from './builder.js';
import { definitionPage } from './definition-page.js';
import { ignore, keep } from './event-answers.js';
import { fingerprint } from './fingerprint.js';
import { turnsBack } from './overdue.js';

function named<Name extends string>(wireName: Name) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = z.looseObject({});
    constructor(readonly data: object) {}
  };
}

const Done = named('toy.done.v1');
const Late = named('toy.late.v1');

const toy = defineSaga('toy', 3, z.object({ id: z.string() }))
  .deadline(90_000)
  .undone(named('toy.close.v1'), ({ input }) => ({ id: input.id }), Done)
  .step('wait', (s) =>
    s
      .wait({ withinMs: 3 * 24 * 60 * 60 * 1_000 })
      .on('approved', Done)
      .overdue(turnsBack('TOY.SLOW', 'Too slow.'))
      .noCompensation('it only waits'),
  )
  .step('pay', (s) =>
    s
      .external({ attemptTimeoutMs: 5_000, dependency: 'bank', retry: { reactions: { 'TOY.GONE': 'park' } } })
      .action(named('toy.pay.v1'), ({ input, reference }) => ({ id: input.id, key: reference, to: 'us' }))
      .succeeds(Done)
      .compensation(named('toy.refund.v1'), ({ action }) => ({ key: action.reference }), Done),
  )
  .hears(Done, { pay: keep(60_000), otherwise: ignore('it came twice') })
  .hears(Late, { otherwise: ignore('it is only late') })
  .build();

describe('the page of a definition', () => {
  const page = definitionPage(toy, '2026-11-21');

  it('says which version it is of, and since when it is as it is', () => {
    expect(page).toContain('# toy v3\n');
    expect(page).toContain('- Released on 2026-11-21.\n');
    expect(page).toContain(`\`${fingerprint(toy)}\``);
    expect(definitionPage(toy, null)).toContain('- Not released yet.');
  });

  it.each([
    ['its deadline', '- Turns back unless its pivot is passed within 90 s.'],
    ['a wait', '| wait | approved: `toy.done.v1` | 3 d | turns back: `TOY.SLOW` |'],
    [
      'a step with what undoes it',
      '| 1 | pay | compensatable | external | `toy.pay.v1` | `toy.done.v1` | `toy.refund.v1` |',
    ],
    ['why there is nothing to undo', '| 0 | wait | compensatable | wait |  |  | it only waits |'],
    ['what the business is told', '| nothing is left to undo | `toy.close.v1` | id ← input.id |'],
    ['an answer to an event', '| `toy.done.v1` | pay | kept for 1 min |'],
    ['an answer everywhere', '| `toy.late.v1` | any other place | ignored: it is only late |'],
    ['where an input comes from', '| pay | id ← input.id, key ← reference, to = "us" |'],
    ['a policy', '| pay | 5 | 1 s, × 2, at most 1 min | parks | `TOY.GONE`: park | 5 s |  | 1 d | bank |'],
    [
      'that an undo is more patient',
      '| undo pay | 10 | 1 s, × 2, at most 1 min | parks |  | 1 min |  |  | bank |',
    ],
    ['a diagram', '```mermaid\nflowchart TD\n'],
  ])('shows %s', (_, line) => {
    expect(page).toContain(line);
  });

  it('leaves out what the definition does not have', () => {
    expect(page).not.toContain('## Alternatives');
  });
});

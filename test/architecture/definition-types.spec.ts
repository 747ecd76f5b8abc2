import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
/** The snippets are compiled as if they stood here. */
const snippet = join(root, 'src/saga/definition/snippet.ts');

const prelude = `
import { z } from 'zod';
import { defineSaga, goesOn, parks, turnsBack, ignore, keep, react } from './index.js';
function named<Schema extends z.ZodType>(wireName: string, schema: Schema) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = schema as unknown as z.ZodType<z.infer<Schema>>;
    constructor(readonly data: z.infer<Schema>) {}
  };
}
const Reserve = named('reserve', z.object({ order: z.string(), quantity: z.number() }));
const Reserved = named('reserved', z.object({ reservation: z.string() }));
const Release = named('release', z.object({ reservation: z.string().nullable() }));
const Released = named('released', z.object({}));
const Refused = named('refused', z.object({}));
const Note = named('note', z.object({ reservation: z.string() }));
const Noted = named('noted', z.object({}));
const Invoiced = named('invoiced', z.object({ invoice: z.string() }));
const Declined = named('declined', z.object({ code: z.string(), message: z.string() }));
const late = turnsBack('LATE', 'Late.');
const input = z.object({ order: z.string(), quantity: z.number() });
const begun = defineSaga('toy', 1, input);
const reserve = ({ input }: { input: { order: string; quantity: number } }) => input;
const reserved = begun.step('reserve', (s) =>
  s.local().action(Reserve, reserve).succeeds(Reserved).rejects(Refused)
    .compensation(Release, ({ action }) => ({ reservation: action.result?.reservation ?? null }), Released));
const passed = reserved.pivot('pivot', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).rejects(Refused));
const note = ({ results }: { results: { reserve: { reservation: string } } }) => results.reserve;
const instead = reserved.step('pay', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).rejects(Refused).noCompensation('toy'))
  .alternative({ on: ['NO'] }, (path) => path.step('pay-otherwise', (s) => s.local().action(Reserve, reserve).succeeds(Invoiced).noCompensation('toy')));
const undoing = reserved.step('label', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))
  .pivot('ship', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).rejects(Refused))
  .alternative({ undoTo: 'reserve' }, (path) => path
    .step('express-label', (s) => s.local().action(Note, note).succeeds(Reserved).noCompensation('toy'))
    .pivot('express', (s) => s.local().action(Note, ({ results }) => results['express-label']).succeeds(Reserved)));
`;

/** What the compiler says to each snippet; empty: it compiles. One program serves them all. */
function compile(snippets: readonly string[]): string[][] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const names = snippets.map((_, index) => snippet.replace('.ts', `-${index}.ts`));
  const texts = new Map(names.map((name, index) => [name, `${prelude}${snippets[index]}`]));
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (path) => texts.has(path) || disk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? disk.readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? disk.getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram(names, options, host);
  return names.map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

const compiles: Readonly<Record<string, string>> = {
  'a compensation that reads its own action’s result and input': `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved)
       .compensation(Release, ({ action }) => ({ reservation: action.result?.reservation ?? action.input.order }), Released))`,
  'a step that says why there is nothing to undo': `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('it only reads'))`,
  'a later step that reads any earlier result': `passed.retriable('a', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.reserve.reservation + results.pivot.reservation })).succeeds(Noted))`,
  'a step that may be passed over, whose result is looked at with care': `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).skipWhen(({ input }) => input.quantity === 0).noCompensation('toy'))
       .step('b', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.a?.reservation ?? '' })).succeeds(Noted).noCompensation('toy'))`,
  'a wait before the pivot, as the pivot, and after it': `begun.step('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).turnsBackOn('declined', Declined).overdue(late).skipWhen(() => false).noCompensation('toy'));
     begun.pivot('a', (s) => s.wait({ until: ({ input }) => input.order }).on('came', Reserved).overdue(parks('LATE', 'Late.')));
     passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).overdue(goesOn()).skipWhen(({ results }) => results.reserve.reservation === ''))`,
  'a timer wherever a step may stand': `begun.step('a', (s) => s.timer({ forMs: 1 }).noCompensation('it only waits')).pivot('b', (s) => s.timer({ until: ({ input }) => input.order }))
       .retriable('c', (s) => s.timer({ forMs: 1 }))`,
  'a later step that looks at how a wait has ended': `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).on('noted', Noted).overdue(goesOn()))
       .retriable('b', (s) => s.local().action(Note, ({ results: { a } }) => ({ reservation: a.case === 'came' ? a.data.reservation : a.case })).succeeds(Noted)
         .skipWhen(({ results }) => results.a.case === 'overdue'))`,
  'answers to an event by the step where the saga stands': `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).overdue(goesOn()))
       .hears(Reserved, { pivot: keep(1), 'turned-back': ignore('toy'), otherwise: parks('LATE', 'Late.') }).unexpected(ignore('toy')).build()`,
  'a reaction that looks at the event, the input, and with care at results': `passed.hears(Reserved, { pivot: react(Note, ({ event, input, results }) =>
       ({ reservation: event.data.reservation + event.id + input.order + (results.reserve?.reservation ?? '') }), Noted, { retry: { maxAttempts: 2 } }),
       otherwise: ignore('toy') })`,
  'a step after the pivot that may be passed over': `passed.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted).skipWhen(() => true))
       .retriable('b', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.a ? '' : 'none' })).succeeds(Noted))`,
  'an external pivot with a withdrawal': `begun.pivot('a', (s) => s.external().action(Reserve, reserve).succeeds(Reserved).rejects(Refused)
       .withdrawal(Release, ({ action }) => ({ reservation: action.reference }), Released))`,
  'a definition without a pivot': `reserved.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted)).build()`,
  'a result of a step with an alternative: either’s, under the name of the step': `instead.step('a', (s) => s.local().action(Note, ({ results: { pay } }) => ({ reservation: 'reservation' in pay ? pay.reservation : pay.invoice })).succeeds(Noted).noCompensation('toy'))`,
  'a result of an alternative to the pivot, under the pivot’s name': `undoing.retriable('a', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.ship.reservation + (results.express?.reservation ?? '') + (results.label?.reservation ?? '') + results.reserve.reservation })).succeeds(Noted))`,
  'an alternative to an alternative, before the pivot and as the pivot': `reserved.step('pay', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))
       .alternative({}, (path) => path.step('b', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))
         .alternative({}, (deeper) => deeper.step('c', (s) => s.local().action(Note, note).succeeds(Reserved).noCompensation('toy'))));
     begun.pivot('p', (s) => s.local().action(Reserve, reserve).succeeds(Reserved))
       .alternative({}, (path) => path.pivot('q', (s) => s.local().action(Reserve, reserve).succeeds(Reserved))
         .alternative({}, (deeper) => deeper.pivot('r', (s) => s.local().action(Reserve, reserve).succeeds(Reserved))))`,
  'a step after a group that reads the results of all its branches': `reserved.parallel('both', (group) => group
       .branch('goods', (b) => b.step('a', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy')).step('b', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy')))
       .branch('money', (b) => b.step('c', (s) => s.local().action(Reserve, reserve).succeeds(Invoiced).noCompensation('toy'))))
     .pivot('d', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.b.reservation + results.c.invoice + results.reserve.reservation })).succeeds(Noted))`,
  'closings that look at the cause': `begun.undone(Note, ({ cause }) => ({ reservation: \`\${cause.step} \${cause.code}\` }), Noted)`,
};

const refuses: Readonly<Record<string, readonly [snippet: string, says: string]>> = {
  'a compensatable step after the pivot': [
    `passed.step('a', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy'))`,
    "Property 'step' does not exist",
  ],
  'a compensatable step after a retriable one': [
    `reserved.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted)).step('b', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy'))`,
    "Property 'step' does not exist",
  ],
  'a result of another branch': [
    `reserved.parallel('both', (group) => group
       .branch('goods', (b) => b.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy')))
       .branch('money', (b) => b.step('c', (s) => s.local().action(Note, ({ results }) => results.a).succeeds(Noted).noCompensation('toy'))))`,
    "Property 'a' does not exist",
  ],
  'an alternative to a group': [
    `reserved.parallel('both', (group) => group
       .branch('goods', (b) => b.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy')))).alternative({}, (path) => path)`,
    "Property 'alternative' does not exist",
  ],
  'a second pivot': [
    `passed.pivot('a', (s) => s.local().action(Note, note).succeeds(Noted))`,
    "Property 'pivot' does not exist",
  ],
  'a rejection of a retriable step': [
    `passed.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted).rejects(Refused))`,
    "Property 'rejects' does not exist",
  ],
  'a compensation of a retriable step': [
    `passed.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted).compensation(Release, () => ({ reservation: null }), Released))`,
    "Property 'compensation' does not exist",
  ],
  'a wait after the pivot that turns back when an event comes': [
    `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).turnsBackOn('declined', Declined).overdue(goesOn()))`,
    "Property 'turnsBackOn' does not exist",
  ],
  'a wait after the pivot that turns back when its time is up': [
    `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).overdue(late))`,
    "'TurnBack' is not assignable to",
  ],
  'a wait that does not say what it means when its time is up': [
    `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved))`,
    "required in type 'Declared<",
  ],
  'a wait without an end by an event': [
    `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).overdue(goesOn()))`,
    "Property 'overdue' does not exist",
  ],
  'an event that turns back and says no reason': [
    `begun.step('a', (s) => s.wait({ withinMs: 1 }).turnsBackOn('refused', Refused).overdue(late).noCompensation('toy'))`,
    "missing the following properties from type '{ readonly code: string; readonly message: string; }'",
  ],
  'an end of a wait that it does not have': [
    `passed.retriable('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).overdue(parks('LATE', 'Late.')))
       .retriable('b', (s) => s.timer({ forMs: 1 }).skipWhen(({ results }) => results.a.case === 'overdue'))`,
    'have no overlap',
  ],
  'an answer at a step that is not there': [
    `passed.hears(Reserved, { nowhere: ignore('toy') })`,
    "'nowhere' does not exist",
  ],
  'a reaction that reads what its event does not have': [
    `passed.hears(Reserved, { pivot: react(Note, ({ event }) => ({ reservation: event.data.order }), Noted) })`,
    "Property 'order' does not exist",
  ],
  'a reaction that takes for granted that a step was done when its event came': [
    `passed.hears(Reserved, { otherwise: react(Note, ({ results }) => ({ reservation: results.reserve.reservation }), Noted) })`,
    "'results.reserve' is possibly 'undefined'",
  ],
  'a reaction whose command lacks a field': [
    `passed.hears(Reserved, { pivot: react(Note, () => ({}), Noted) })`,
    "Property 'reservation' is missing",
  ],
  'a reaction to what the definition does not name': [
    `passed.unexpected(react(Note, () => ({ reservation: '' }), Noted))`,
    'is not assignable to',
  ],
  'a pivot that may be passed over': [
    `begun.pivot('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).skipWhen(() => true))`,
    "Property 'skipWhen' does not exist",
  ],
  'a compensation of a wait, which has no effect of its own': [
    `begun.step('a', (s) => s.wait({ withinMs: 1 }).on('came', Reserved).overdue(late).compensation(Release, () => ({ reservation: null }), Released))`,
    "Property 'compensation' does not exist",
  ],
  'a step before the pivot with neither a compensation nor a reason why not': [
    `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved))`,
    "required in type 'Declared<",
  ],
  'a step that does not say what ends it': [
    `begun.retriable('a', (s) => s.local().action(Reserve, reserve))`,
    "required in type 'Declared<",
  ],
  'a step that reads the result of a later step': [
    `begun.step('a', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.reserve.reservation })).succeeds(Noted).noCompensation('toy'))
       .step('reserve', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))`,
    "Property 'reserve' does not exist",
  ],
  'a compensation that reads the result of a later step': [
    `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).compensation(Release, ({ results }) => results.pivot, Released))`,
    "Property 'pivot' does not exist",
  ],
  'a compensation that takes its action’s result for granted': [
    `begun.step('a', (s) => s.external().action(Reserve, reserve).succeeds(Reserved).compensation(Release, ({ action }) => ({ reservation: action.result.reservation }), Released))`,
    "possibly 'null'",
  ],
  'a result of a step that may have been passed over, taken for granted': [
    `begun.step('a', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).skipWhen(() => true).noCompensation('toy'))
       .step('b', (s) => s.local().action(Note, ({ results }) => results.a).succeeds(Noted).noCompensation('toy'))`,
    'undefined',
  ],
  'an alternative that reads the result of the step in whose place it is': [
    `reserved.alternative({}, (path) => path.step('b', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy')))`,
    "Property 'reserve' is missing",
  ],
  'an alternative that reads what is undone before it begins': [
    `reserved.step('label', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))
       .pivot('ship', (s) => s.local().action(Reserve, reserve).succeeds(Reserved))
       .alternative({ undoTo: 'reserve' }, (path) => path.pivot('b', (s) => s.local().action(Note, ({ results }) => results.label).succeeds(Noted)))`,
    "Property 'label' does not exist",
  ],
  'a save-point that is no earlier step': [
    `reserved.step('label', (s) => s.local().action(Reserve, reserve).succeeds(Reserved).noCompensation('toy'))
       .alternative({ undoTo: 'label' }, (path) => path.step('b', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy')))`,
    `Type '"label"' is not assignable to type '"reserve"'`,
  ],
  'an alternative to the pivot that does not end with a pivot': [
    `passed.alternative({}, (path) => path.step('b', (s) => s.local().action(Note, note).succeeds(Noted).noCompensation('toy')))`,
    "Property 'carries' is missing",
  ],
  'a pivot in the place of a step that can be undone': [
    `reserved.alternative({}, (path) => path.pivot('b', (s) => s.local().action(Reserve, reserve).succeeds(Reserved)))`,
    "Property 'pivot' does not exist",
  ],
  'an alternative to the pivot without a step': [
    `passed.alternative({}, (path) => path)`,
    "Property 'carries' is missing",
  ],
  'an alternative to a step before the pivot without a step': [
    `reserved.alternative({}, (path) => path)`,
    'is not assignable to type',
  ],
  'an alternative to a retriable step': [
    `reserved.retriable('a', (s) => s.local().action(Note, note).succeeds(Noted)).alternative({}, (path) => path)`,
    "Property 'alternative' does not exist",
  ],
  'a result that only an alternative has, taken for granted': [
    `instead.step('a', (s) => s.local().action(Note, ({ results }) => ({ reservation: results.pay.reservation })).succeeds(Noted).noCompensation('toy'))`,
    "Property 'reservation' does not exist",
  ],
  'an input of the wrong type': [
    `begun.step('a', (s) => s.local().action(Reserve, ({ input }) => ({ order: input.quantity, quantity: 1 })).succeeds(Reserved).noCompensation('toy'))`,
    "Type 'number' is not assignable to type 'string'",
  ],
  'an input that lacks a field': [
    `begun.step('a', (s) => s.local().action(Reserve, ({ input }) => ({ order: input.order })).succeeds(Reserved).noCompensation('toy'))`,
    "Property 'quantity' is missing",
  ],
  'a mapping that reads what the saga’s input does not have': [
    `begun.step('a', (s) => s.local().action(Reserve, ({ input }) => ({ order: input.orderId, quantity: 1 })).succeeds(Reserved).noCompensation('toy'))`,
    "Property 'orderId' does not exist",
  ],
};

describe('the types of the definition builder', () => {
  const names = [...Object.keys(compiles), ...Object.keys(refuses)];
  let said: Map<string, string[]>;

  beforeAll(() => {
    const snippets = [...Object.values(compiles), ...Object.values(refuses).map(([text]) => text)];
    const diagnostics = compile(snippets);
    said = new Map(names.map((name, index) => [name, diagnostics[index]!]));
  }, 120_000);

  it.each(Object.keys(compiles))('allow %s', (name) => {
    expect(said.get(name)).toEqual([]);
  });

  it.each(Object.entries(refuses).map(([name, [, says]]) => [name, says] as const))(
    'refuse %s',
    (name, says) => {
      expect(said.get(name)?.join('\n')).toContain(says);
    },
  );
});

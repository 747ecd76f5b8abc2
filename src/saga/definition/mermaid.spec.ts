import { z } from 'zod';
import { defineSaga } from './builder.js';
import { turnsBack } from './overdue.js';
import { definitionDiagram } from './mermaid.js';
import type { StepStart } from './step-stages.js';
import type { EventAnswer, SagaDefinition } from './types.js';

function named<Name extends string>(wireName: Name) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = z.object({});
    constructor(readonly data: object) {}
  };
}

const Done = named('toy.done.v1');
const Refused = named('toy.refused.v1');

class Declined {
  static readonly wireName = 'toy.declined.v1';
  static readonly schema = z.object({ code: z.string(), message: z.string() });
  constructor(readonly data: { code: string; message: string }) {}
}

function toy(): SagaDefinition {
  return defineSaga('toy', 1, z.object({}))
    .undoing(named('toy.begin-undo.v1'), () => ({}), Done)
    .undone(named('toy.close.v1'), () => ({}), Done)
    .step('check', (s) =>
      s
        .local()
        .action(named('toy.check.v1'), () => ({}))
        .succeeds(Done)
        .rejects(Refused)
        .noCompensation('it only reads'),
    )
    .step('wait', (s) =>
      s
        .wait({ withinMs: 1 })
        .on('approved', Done)
        .turnsBackOn('declined', Declined)
        .overdue(turnsBack('TOY.SLOW', 'Too slow.'))
        .skipWhen(() => true)
        .noCompensation('it only waits'),
    )
    .step('take', (s) =>
      s
        .local()
        .action(named('toy.take.v1'), () => ({}))
        .succeeds(Done)
        .rejects(Refused)
        .compensation(named('toy.give-back.v1'), () => ({}), Done),
    )
    .step('pay', (s) =>
      s
        .external()
        .action(named('toy.pay.v1'), () => ({}))
        .succeeds(Done)
        .rejects(Refused)
        .compensation(named('toy.refund.v1'), () => ({}), Done),
    )
    .pivot('send', (s) =>
      s
        .external()
        .action(named('toy.send.v1'), () => ({}))
        .succeeds(Done)
        .rejects(Refused),
    )
    .retriable('tell', (s) =>
      s
        .local()
        .action(named('toy.tell.v1'), () => ({}))
        .succeeds(Done),
    )
    .build();
}

describe('The diagram of a definition', () => {
  it('shows the way forward, and from where the way back begins', () => {
    expect(definitionDiagram(toy()).split('\n')).toEqual([
      'flowchart TD',
      '  start([start])',
      '  s0["check"]',
      '  s1{{"wait · maybe"}}',
      '  s2["take"]',
      '  s3[["pay"]]',
      '  s4[["send · pivot"]]',
      '  s5["tell"]',
      '  completed([completed])',
      '  start --> s0',
      '  s0 --> s1',
      '  s1 -->|"approved"| s2',
      '  s2 --> s3',
      '  s3 --> s4',
      '  s4 --> s5',
      '  s5 --> completed',
      '  u2["toy.give-back.v1"]',
      '  u3[["toy.refund.v1"]]',
      '  undone["toy.close.v1"]',
      '  compensated([compensated])',
      '  s0 -. "no" .-> undone',
      '  s1 -. "declined, toy.begin-undo.v1" .-> undone',
      '  s1 -. "overdue, toy.begin-undo.v1" .-> undone',
      '  s2 -. "no, toy.begin-undo.v1" .-> undone',
      '  s3 -. "no, toy.begin-undo.v1" .-> u2',
      '  s4 -. "no, toy.begin-undo.v1" .-> u3',
      '  u3 --> u2',
      '  u2 --> undone',
      '  undone --> compensated',
      '  classDef pivot stroke-width:4px',
      '  class s4 pivot',
    ]);
  });

  it('shows alternatives, for which codes they are taken and what is undone for them', () => {
    const does = named('toy.do.v1');
    const plain = (s: StepStart<'compensatable', object, object>) =>
      s
        .local()
        .action(does, () => ({}))
        .succeeds(Done)
        .rejects(Refused);
    const undoable = (undo: string) => (s: StepStart<'compensatable', object, object>) =>
      plain(s).compensation(named(undo), () => ({}), Done);
    const pivot = (s: StepStart<'pivot', object, object>) =>
      s
        .local()
        .action(does, () => ({}))
        .succeeds(Done)
        .rejects(Refused);
    const definition = defineSaga('toy', 1, z.object({}))
      .step('label', undoable('undo-label'))
      .step('pay', (s) => plain(s).noCompensation('toy'))
      .alternative({ on: ['NO', 'LATE'] }, (instead) =>
        instead.step('ask', (s) => plain(s).noCompensation('toy')).step('bill', undoable('undo-bill')),
      )
      .pivot('ship', pivot)
      .alternative({ undoTo: 'label' }, (instead) => instead.pivot('express', pivot))
      .build();
    expect(definitionDiagram(definition).split('\n')).toEqual([
      'flowchart TD',
      '  start([start])',
      '  s0["label"]',
      '  s1["pay"]',
      '  s2["ask"]',
      '  s3["bill"]',
      '  s4["ship · pivot"]',
      '  s5["express · pivot"]',
      '  completed([completed])',
      '  start --> s0',
      '  s0 --> s1',
      '  s1 --> s4',
      '  s4 --> completed',
      '  s1 -- "NO, LATE" --> s2',
      '  s2 --> s3',
      '  s3 --> s4',
      '  s4 -- "no, undo to label" --> s5',
      '  s5 --> completed',
      '  u0["undo-label"]',
      '  u3["undo-bill"]',
      '  compensated([compensated])',
      '  s0 -. "no" .-> compensated',
      '  s1 -. "no" .-> u0',
      '  s2 -. "no" .-> u0',
      '  s3 -. "no" .-> u0',
      '  s5 -. "no" .-> u3',
      '  u3 --> u0',
      '  u0 --> compensated',
      '  classDef pivot stroke-width:4px',
      '  class s4,s5 pivot',
    ]);
  });

  it('shows what is done about events, beside the step at which they come', () => {
    const tells = { then: 'react', command: named('toy.tell-late.v1') } as unknown as EventAnswer;
    const word = { event: named('toy.late.v1'), answers: { pay: tells }, otherwise: tells };
    const diagram = definitionDiagram({ ...toy(), events: [word] }).split('\n');
    expect(diagram.filter((line) => /\b[re]\d/.test(line))).toEqual([
      '  r0["toy.tell-late.v1"]',
      '  s3 -. "toy.late.v1" .-> r0',
      '  e1(["toy.late.v1"])',
      '  r1["toy.tell-late.v1"]',
      '  e1 -.-> r1',
    ]);
  });

  it('has no way back where no step can be refused', () => {
    const forward = defineSaga('forward', 1, z.object({}))
      .retriable('say "hello"', (s) =>
        s
          .local()
          .action(named('toy.tell.v1'), () => ({}))
          .succeeds(Done),
      )
      .build();
    expect(definitionDiagram(forward).split('\n')).toEqual([
      'flowchart TD',
      '  start([start])',
      '  s0["say #quot;hello#quot;"]',
      '  completed([completed])',
      '  start --> s0',
      '  s0 --> completed',
    ]);
  });
});

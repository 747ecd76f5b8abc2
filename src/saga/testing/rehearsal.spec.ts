import { hangs, isUnavailable, rejects, Rehearsal, succeeds, toyDefinition, toyMessage } from './index.js';

const day = 24 * 60 * 60 * 1_000;
const definition = toyDefinition([{ name: 'book' }, { name: 'pay', kind: 'external' }]);
const scripted = () => new Rehearsal(definition, { order: 1 }).when('book', succeeds({ seat: 7 }));

describe('a rehearsal', () => {
  it('fails for a call that was not scripted', () => {
    expect(() => scripted().run()).toThrow('Unexpected call: "pay"');
  });

  it('fails for a scripted answer that nobody asked for', () => {
    const saga = scripted().when('pay', succeeds()).when('undo book', succeeds()).run();

    expect(() => saga.assertAllUsed()).toThrow('Missing calls: undo book (1)');
  });

  it('fails for a label that the definition does not have', () => {
    expect(() => scripted().when('payy', succeeds())).toThrow('no "payy"');
    expect(() => scripted().otherwiseSucceeding({ 'undo nothing': {} })).toThrow('no "undo nothing"');
  });

  it('shows outcome, journal and compensations with their inputs and results', () => {
    const saga = scripted()
      .when('pay', rejects('NO_MONEY', 'The purse is empty.'))
      .when('undo book', succeeds({ freed: 7 }))
      .when('tell undoing', succeeds())
      .when('tell undone', succeeds())
      .run()
      .assertAllUsed();

    expect(saga.row.status).toBe('compensated');
    expect(saga.state.cause).toMatchObject({ step: 'pay', code: 'NO_MONEY', message: 'The purse is empty.' });
    expect(saga.journal.map(({ kind }) => kind).slice(0, 3)).toEqual(['started', 'intended', 'succeeded']);
    expect(saga.compensations).toEqual([
      {
        step: 'book',
        input: {
          undoes: 'book',
          action: {
            input: { step: 'book', input: { order: 1 }, seen: [] },
            result: { seat: 7 },
            reference: expect.any(String) as string,
          },
        },
        result: { freed: 7 },
      },
    ]);
  });

  it('does each thing at its time when the clock goes on', () => {
    const saga = scripted().when('pay', isUnavailable(), isUnavailable(), succeeds()).run();
    expect(saga.timesOf('pay')).toEqual([0]);

    saga.advance(999);
    expect(saga.timesOf('pay')).toEqual([0]);

    saga.advance(day);
    expect(saga.timesOf('pay')).toEqual([0, 1_000, 3_000]);
    expect(saga.now).toBe('2026-01-02T00:00:00.999Z');
  });

  it('runs a saga of thirty days in less than a second', () => {
    const begun = performance.now();
    const saga = new Rehearsal(toyDefinition([{ name: 'wait', kind: 'wait', deadlineMs: 30 * day }]), {});
    saga.otherwiseSucceeding().finish();

    expect(saga.now).toBe('2026-01-31T00:00:00.000Z');
    expect(saga.row.status).toBe('compensated');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('holds a call under way until it is answered', () => {
    const saga = scripted().when('pay', hangs()).finish();
    expect(saga.row.status).toBe('running');

    expect(saga.answer(succeeds()).row.status).toBe('completed');
    expect(() => saga.answer(succeeds())).toThrow('Nothing is under way');
  });

  it('gives an event from outside to the wait, checked against its schema', () => {
    const arrival = toyMessage('came-wait', (value) => ({ ...(value as object), checked: true }));
    const saga = new Rehearsal(toyDefinition([{ name: 'wait', kind: 'wait' }]), {})
      .run()
      .event(arrival, { by: 'ops' });

    expect(saga.row.status).toBe('completed');
    expect(saga.state.steps[0]?.wait?.result).toEqual({ by: 'ops', checked: true });
  });
});

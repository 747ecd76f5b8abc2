import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { rejectionEvent } from '../../platform/messaging/rejection.js';
import { defineSaga } from '../definition/index.js';
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

  it('gives a mapping, and that of its compensation, the parameters of their step', () => {
    const data = z.object({ deck: z.string() });
    class Book extends message('rehearsal.book.v1', data) {}
    class Booked extends message('rehearsal.booked.v1', data) {}
    class Free extends message('rehearsal.free.v1', data) {}
    class Freed extends message('rehearsal.freed.v1', data) {}
    class Sail extends message('rehearsal.sail.v1', z.object({ parameters: z.unknown() })) {}
    class Sailed extends message('rehearsal.sailed.v1', z.object({})) {}
    class Stormy extends rejectionEvent('rehearsal.stormy.v1') {}
    const cruise = defineSaga('cruise', 1, z.object({}))
      .step('book', (s) =>
        s
          .local({ parameters: { deck: 'upper' } })
          .action(Book, ({ parameters }) => ({ deck: String(parameters.deck) }))
          .succeeds(Booked)
          .compensation(Free, ({ parameters }) => ({ deck: String(parameters.deck) }), Freed),
      )
      .pivot('sail', (s) =>
        s
          .local()
          .action(Sail, ({ parameters }) => ({ parameters }))
          .succeeds(Sailed)
          .rejects(Stormy),
      )
      .build();
    const saga = new Rehearsal(cruise, {}).when('sail', rejects('STORM')).otherwiseSucceeding().run();

    expect(saga.row.status).toBe('compensated');
    expect(saga.calls.map(({ input }) => input)).toEqual([
      { deck: 'upper' },
      { parameters: {} },
      { deck: 'upper' },
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

import { verifyDefinition, type React } from '../definition/index.js';
import {
  breaks,
  hangs,
  killsTheWorker,
  Rehearsal,
  rejects,
  succeeds,
  toyDefinition,
  toyMessage,
  wordReactedTo,
  type ToyStep,
} from '../testing/index.js';

const word = toyMessage('word');
const waits: ToyStep = { name: 'wait', kind: 'wait', deadlineMs: 60_000 };
const call: ToyStep = { name: 'call', kind: 'external' };

const definitionOf = (steps: readonly ToyStep[], reaction: Partial<React> = {}) =>
  toyDefinition(steps, { events: [wordReactedTo(reaction)] });

/** A saga that waits, or stands where its first call hangs. */
const begun = (steps: readonly ToyStep[], reaction: Partial<React> = {}) =>
  new Rehearsal(definitionOf(steps, reaction), {}).otherwiseSucceeding();

const came = toyMessage('came-wait');

describe('a reaction', () => {
  it('is carried out beside the step where the saga stands, and sees event, input and results', () => {
    const saga = begun([{ name: 'first' }, waits], {
      map: ({ event, results, input }) => ({ event, input, seen: Object.keys(results) }),
    }).run();
    saga.event(word, { n: 1 }, 'one');

    expect(saga.heard).toEqual([{ as: 'reacted', reason: null }]);
    expect(saga.calls.at(-1)).toMatchObject({
      label: 'react word',
      command: 'do-word',
      input: { event: { id: 'one', data: { n: 1 } }, input: {}, seen: ['first'] },
    });
    expect(saga.row).toMatchObject({ status: 'waiting', currentStep: 'wait', attention: null });
    expect(saga.state.reactions).toEqual([]);
    expect(saga.event(came, {}).row.status).toBe('completed');
  });

  it('happens once for one event, however often it is told', () => {
    const saga = begun([waits]).when('react word', hangs()).run();
    saga.event(word, {}, 'one').event(word, {}, 'one').answer(succeeds()).event(word, {}, 'one');

    expect(saga.told).toEqual(['react word']);
    expect(saga.heard.map(({ as }) => as)).toEqual(['reacted', 'repeated', 'repeated']);
    expect(saga.event(word, {}, 'two').told).toEqual(['react word', 'react word']);
  });

  it('that fails is retried by its own policy and parked alone, while the saga goes on', () => {
    const saga = begun([waits, { name: 'then' }]).whenever('react word', breaks());
    saga.run().event(word, {}, 'one');
    expect(saga.row).toMatchObject({ status: 'waiting', attention: { step: 'wait' } });
    saga.advance(30_000);
    expect(saga.report.reactions).toMatchObject([
      { eventId: 'one', event: 'word', step: 'wait', status: 'parked', attempts: 2 },
    ]);
    expect(saga.row).toMatchObject({ status: 'waiting', currentStep: 'wait' });

    saga.event(came, {});
    expect(saga.told.at(-1)).toBe('then');
    expect(saga.row).toMatchObject({ status: 'parked', attention: { step: 'wait' } });
    expect(saga.report.cause).toMatchObject({ step: 'wait', type: 'Error' });

    saga.whenever('react word', succeeds()).retry();
    expect(saga.row.status).toBe('completed');
  });

  it('has no way to say no: a rejection is a failure of its own', () => {
    const saga = begun([waits]).when('react word', rejects('NO')).run();
    saga.event(word, {});

    expect(saga.row.status).toBe('waiting');
    expect(saga.advance(2_000).told).toEqual(['react word', 'react word']);
    expect(saga.event(came, {}).row.status).toBe('completed');
  });

  it('holds up the end of the way back, and nothing of the way', () => {
    const saga = begun([{ name: 'first' }, waits])
      .when('react word', breaks())
      .run();
    saga.event(word, {}).cancel();

    expect(saga.told).toEqual(['first', 'react word', 'tell undoing', 'undo first', 'tell undone']);
    expect(saga.row.status).toBe('compensating');
    expect(saga.finish().row.status).toBe('compensated');
    expect(saga.told.at(-1)).toBe('react word');
  });

  it('may also be begun on the way back', () => {
    const saga = begun([{ name: 'first' }, waits])
      .when('undo first', hangs())
      .run();
    saga.cancel().event(word, {}).answer(succeeds());

    expect(saga.row.status).toBe('compensated');
    expect(saga.told).toContain('react word');
    expect(saga.journal.find(({ kind }) => kind === 'event-heard')).toMatchObject({ place: 'turned-back' });
  });

  it('waits for the end of a call that is under way', () => {
    const saga = begun([call, waits]).when('call', hangs()).run().event(word, {});
    expect(saga.told).toEqual(['call']);

    expect(saga.answer(succeeds()).told).toEqual(['call', 'react word']);
    expect(saga.row.status).toBe('waiting');
  });

  it('is carried out again when its worker was lost in the middle of it', () => {
    const saga = begun([waits]).when('react word', killsTheWorker()).run().event(word, {});

    expect(saga.told).toEqual(['react word', 'react word']);
    expect(saga.row.status).toBe('waiting');
  });

  it('whose mapping throws parks the saga, and is made again when a person retries it', () => {
    let isBroken = true;
    const map = () => {
      if (isBroken) throw new Error('It cannot be mapped.');
      return {};
    };
    const saga = begun([waits], { map }).run().event(word, { n: 1 }, 'one');
    expect(saga.heard.at(-1)?.as).toBe('reacted');
    expect(saga.row).toMatchObject({ status: 'parked', attention: { errorCode: 'SAGA.MAPPING_FAILED' } });
    expect(saga.retry().row.status).toBe('parked');
    expect(saga.report.reactions).toMatchObject([{ status: 'parked', error: { type: 'Error' } }]);

    isBroken = false;
    saga.retry();
    expect(saga.told).toEqual(['react word']);
    expect(saga.row.status).toBe('waiting');
  });

  it('whose mapping throws holds up the end of the way back, which a person can make', () => {
    const map = () => {
      throw new Error('It cannot be mapped.');
    };
    const person = { by: 'operator', reason: 'enough' };
    const saga = begun([{ name: 'first' }, waits], { map })
      .run()
      .event(word, {})
      .cancel();
    expect(saga.told).toEqual(['first', 'tell undoing', 'undo first', 'tell undone']);
    expect(saga.row.status).toBe('parked');

    saga.stimulate({ kind: 'terminate', ...person });
    expect(saga.row.status).toBe('terminated');
    expect(saga.state.reactions).toEqual([]);
  });

  it('that is parked can be settled by hand, by the id of its event', () => {
    const saga = begun([waits]).whenever('react word', breaks()).run();
    saga.event(word, {}, 'one').advance(30_000);
    const skip = { kind: 'skip', by: 'ann', reason: 'told by phone', result: { by: 'phone' } } as const;
    expect(() => saga.stimulate({ ...skip, step: null })).toThrow('Several are stuck: wait, one');

    saga.stimulate({ ...skip, step: 'one' });
    expect(saga.state.reactions).toEqual([]);
    expect(saga.event(came, {}).row.status).toBe('completed');
  });

  it('is withdrawn by who terminates the saga', () => {
    const saga = begun([waits]).whenever('react word', breaks()).run().event(word, {});
    saga.stimulate({ kind: 'terminate', by: 'operator', reason: 'enough' });

    expect(saga.row.status).toBe('terminated');
    const withdrawn = saga.journal.find(({ kind }) => kind === 'withdrawn');
    expect(withdrawn).toMatchObject({ unit: { role: 'reaction' } });
  });
});

describe('the verifier', () => {
  const codes = (reaction: Partial<React>, handler: 'local' | 'external' | null = 'local') => {
    const handlers = new Map<string, 'local' | 'external'>([
      ['do-then', 'local'],
      ['undo-then', 'local'],
      ['tell-undoing', 'local'],
      ['tell-undone', 'local'],
    ]);
    if (handler) handlers.set('do-word', handler);
    return verifyDefinition(definitionOf([{ name: 'then' }], reaction), handlers).map(({ code }) => code);
  };

  it('wants a local handler for the command of a reaction', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, null)).toEqual(['SAGA.NO_HANDLER']);
    expect(codes({}, 'external')).toEqual(['SAGA.WRONG_KIND']);
  });

  it('wants an outcome, sound numbers, and results of steps that there are', () => {
    expect(new Set(codes({ succeeds: [] }))).toEqual(new Set(['SAGA.NO_OUTCOME']));
    expect(codes({ retry: { ...wordReactedTo().otherwise.retry, maxAttempts: 0 } })).toEqual([
      'SAGA.BAD_POLICY',
    ]);
    expect(codes({ map: ({ results }) => results.nowhere })).toEqual(['SAGA.UNKNOWN_NAME']);
    expect(codes({ map: ({ results }) => results.then })).toEqual([]);
  });

  it('lets no saga react that has ended', () => {
    const { event, otherwise } = wordReactedTo();
    const definition = toyDefinition([{ name: 'then' }], { events: [{ event, answers: {}, otherwise }] });
    expect(verifyDefinition(definition).map(({ code }) => code)).toEqual(['SAGA.REACTION_AT_END']);
  });
});

import { ignore, keep, parks, type EventAnswer } from '../definition/index.js';
import { hangs, Rehearsal, succeeds, toyDefinition, toyMessage, type ToyStep } from '../testing/index.js';

const minute = 60_000;
const call: ToyStep = { name: 'call', kind: 'external' };
const came = toyMessage('came-wait');
const other = toyMessage('other');

/** A saga in the middle of a call, with a wait to come. */
function calling(answers: Readonly<Record<string, EventAnswer>>, wait: Partial<ToyStep> = {}) {
  const definition = toyDefinition([call, { name: 'wait', kind: 'wait', ...wait }], {
    events: [
      { event: came, answers, otherwise: ignore('it is not waited for') },
      { event: other, answers, otherwise: ignore('nobody cares') },
    ],
  });
  return new Rehearsal(definition, {}).when('call', hangs()).otherwiseSucceeding().run();
}

const last = (saga: Rehearsal) => saga.journal.at(-1)!;

describe('an event from outside', () => {
  it('that is early is kept, and ends its wait as soon as that begins', () => {
    const saga = calling({ call: keep(minute) }).event(came, { by: 'ann' });
    expect(saga.heard).toEqual([{ as: 'kept', reason: null }]);
    expect(saga.row.status).toBe('running');

    saga.answer(succeeds());
    expect(saga.row.status).toBe('completed');
    expect(saga.state.steps[1]?.wait).toMatchObject({ result: { by: 'ann' }, ended: { case: 'came' } });
    expect(saga.state.kept).toEqual([]);
  });

  it('that is kept longer than its answer says is forgotten', () => {
    const saga = calling({ call: keep(minute) }).event(came, {});

    expect(saga.advance(minute).answer(succeeds()).row.status).toBe('waiting');
  });

  it('that is kept first is found first', () => {
    const saga = calling({ call: keep(minute) })
      .event(came, { n: 1 })
      .event(came, { n: 2 });
    saga.answer(succeeds());

    expect(saga.state.steps[1]?.wait?.result).toEqual({ n: 1 });
    expect(saga.state.kept.map(({ data }) => data)).toEqual([{ n: 2 }]);
  });

  it('that is kept turns the saga back where that is what it means', () => {
    const declined = toyMessage('declined-wait');
    const definition = toyDefinition([call, { name: 'wait', kind: 'wait' }], {
      events: [{ event: declined, answers: { call: keep(minute) }, otherwise: ignore('a toy') }],
    });
    const saga = new Rehearsal(definition, {}).when('call', hangs()).otherwiseSucceeding().run();
    saga.event(declined, { code: 'NO', message: 'No.' }).answer(succeeds());

    expect(saga.row.status).toBe('compensated');
    expect(saga.state.cause).toMatchObject({ step: 'wait', code: 'NO' });
  });

  it('that is told twice under one id changes nothing the second time', () => {
    const saga = calling({ call: keep(minute) })
      .event(came, { n: 1 }, 'one')
      .event(came, { n: 1 }, 'one');
    const { length } = saga.journal;
    expect(saga.heard.map(({ as }) => as)).toEqual(['kept', 'repeated']);

    saga.answer(succeeds()).event(came, { n: 1 }, 'one');
    expect(saga.heard.at(-1)?.as).toBe('repeated');
    expect(saga.journal.filter(({ kind }) => kind === 'event-kept')).toHaveLength(1);
    expect(length).toBeLessThan(saga.journal.length);
  });

  it('is remembered for as long as duplicates may be expected, not for ever', () => {
    const saga = calling({});
    for (let n = 0; n < 300; n++) saga.event(other, {}, `event-${n}`);

    expect(saga.state.heard).toHaveLength(256);
    expect(saga.event(other, {}, 'event-299').heard.at(-1)?.as).toBe('repeated');
    expect(saga.event(other, {}, 'event-0').heard.at(-1)?.as).toBe('ignored');
  });

  it('that is ignored is written down with the reason, and changes nothing else', () => {
    const saga = calling({}).event(other, {});

    expect(last(saga)).toMatchObject({ kind: 'event-ignored', event: 'other', reason: 'nobody cares' });
    expect(saga.answer(succeeds()).row.status).toBe('waiting');
  });

  it('that a person must see parks the saga, which goes on with what was under way when it is retried', () => {
    const saga = calling({ call: parks('TOY.STRANGE', 'That is strange.') }).event(other, { n: 1 });
    expect(saga.heard).toEqual([{ as: 'parked', reason: 'TOY.STRANGE' }]);
    expect(saga.row).toMatchObject({ status: 'parked', attention: { errorCode: 'TOY.STRANGE' } });
    expect(saga.journal.at(-2)).toMatchObject({ kind: 'event-heard', event: 'other', data: { n: 1 } });

    saga.answer(succeeds());
    expect(saga.row.status).toBe('parked');
    expect(saga.retry().row.status).toBe('waiting');
  });

  it('has its own answer on the way back, and leaves the journal of a saga that has ended as it is', () => {
    const saga = calling({ 'turned-back': ignore('it is over'), ended: ignore('it has ended') });
    saga.cancel().event(other, {});
    expect(saga.heard.at(-1)?.reason).toBe('nobody cares');
    saga.answer(succeeds());
    const { length } = saga.journal;
    saga.event(other, {});

    expect(saga.row.status).toBe('compensated');
    expect(saga.heard.at(-1)).toEqual({ as: 'ignored', reason: 'it has ended' });
    expect(saga.journal).toHaveLength(length);
  });

  it('of which the definition says nothing is refused', () => {
    expect(() => calling({}).event(toyMessage('unheard-of'), {})).toThrow('hears no unheard-of');
  });
});

import {
  acceptsForLater,
  hangs,
  isUnavailable,
  losesItsAnswer,
  cannotSay,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';
import { turnsBack } from '../definition/index.js';

const inBranch = (branch: string, step: ToyStep): ToyStep => ({ ...step, branch: { group: 'both', branch } });
const goods = inBranch('goods', { name: 'goods', kind: 'external' });
const pack = inBranch('goods', { name: 'pack' });
const money = inBranch('money', { name: 'money', kind: 'external' });
const book = inBranch('money', { name: 'book' });
const check: ToyStep = { name: 'check', undo: false };
const ship: ToyStep = { name: 'ship', kind: 'external', phase: 'pivot' };

const rehearse = (steps: ToyStep[], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const whole = () => rehearse([check, goods, pack, money, book, ship]);

describe('Branches of a group', () => {
  it('run side by side, each by itself, and what follows waits for all of them', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run();
    expect(saga.told).toEqual(['check', 'goods', 'money']);
    saga.answer(succeeds(), 'money');
    expect(saga.told).toEqual(['check', 'goods', 'money', 'book']);
    expect(saga.row).toMatchObject({ status: 'running', currentStep: 'goods' });
    saga.answer(succeeds(), 'goods');
    expect(saga.told).toEqual(['check', 'goods', 'money', 'book', 'pack', 'ship']);
    expect(saga.row.status).toBe('completed');
  });

  it('may pass over their steps, all of them even', () => {
    const saga = rehearse([{ ...goods, skipWhen: () => true }, money, ship]).run();
    expect(saga.told).toEqual(['money', 'ship']);
    expect(rehearse([goods, money].map((one) => ({ ...one, skipWhen: () => true }))).row.status).toBe(
      'completed',
    );
  });

  it('are not held up by one that is parked; only what follows them is', () => {
    const saga = whole()
      .whenever('goods', isUnavailable())
      .when('money', hangs())
      .advance(10 * 60_000);
    expect(saga.state.steps.find(({ name }) => name === 'goods')?.action?.parked).toBe(true);
    saga.answer(succeeds(), 'money');
    expect(saga.told).toContain('book');
    expect(saga.row).toMatchObject({
      status: 'parked',
      attention: { step: 'goods', errorCode: 'UNAVAILABLE' },
    });

    saga.whenever('goods', succeeds()).retry();
    expect(saga.row.status).toBe('completed');
  });

  it('are waiting only when none of them has anything to do', () => {
    const wait = inBranch('goods', { name: 'wait', kind: 'wait' });
    const saga = rehearse([wait, money]).when('money', hangs()).run();
    expect(saga.row.status).toBe('running');
    saga.answer(succeeds());
    expect(saga.row).toMatchObject({ status: 'waiting', currentStep: 'wait' });
  });
});

describe('A branch that fails', () => {
  it('stops the others at their next commit, and then all is undone against the declaration', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run();
    saga.answer(rejects('SOLD_OUT'), 'goods');
    // What the other one does outside is not known yet.
    expect(saga.state).toMatchObject({ cause: null, cancel: { step: 'goods', code: 'SOLD_OUT' } });
    saga.answer(succeeds(), 'money');
    expect(saga.told).toEqual(['check', 'goods', 'money', 'tell undoing', 'undo money', 'tell undone']);
    expect(saga.state.cause).toMatchObject({ type: 'rejected', step: 'goods', index: 1, code: 'SOLD_OUT' });
    expect(saga.row.status).toBe('compensated');
  });

  it('is undone by the order of declaration, not by which was faster', () => {
    const saga = whole().when('goods', hangs()).run();
    expect(saga.told).toEqual(['check', 'goods', 'money', 'book']);
    saga.when('ship', rejects('NO')).answer(succeeds());
    expect(saga.compensations.map(({ step }) => step)).toEqual(['book', 'money', 'pack', 'goods']);
  });

  it('turns back at once when nothing of the others is under way', () => {
    const later = inBranch('money', { name: 'later', kind: 'timer' });
    const saga = rehearse([goods, pack, later, money], { closings: [] }).when('goods', rejects('NO')).run();
    expect(saga.told).toEqual(['goods']);
    expect(saga.row.status).toBe('compensated');
  });

  it('tells the business also when it is the first step: others have begun beside it', () => {
    const saga = rehearse([goods, money]).when('goods', rejects('NO')).run();
    expect(saga.told).toContain('tell undoing');
  });

  it('keeps the first cause when the other one fails as well', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run();
    saga.answer(rejects('DECLINED'), 'money').answer(rejects('SOLD_OUT'), 'goods');
    expect(saga.state.cause).toMatchObject({ step: 'money', code: 'DECLINED' });
    expect(saga.row.status).toBe('compensated');
    expect(saga.compensations).toEqual([]);
  });

  it('lets nothing be repeated in the others that has failed meanwhile', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run();
    saga.answer(rejects('SOLD_OUT'), 'goods').answer(isUnavailable(), 'money').finish();
    expect(saga.timesOf('money')).toHaveLength(1);
    expect(saga.row.status).toBe('compensated');
  });

  it('waits until it is known what became of the others, and undoes them then', () => {
    const saga = whole()
      .when('goods', hangs())
      .when('money', losesItsAnswer())
      .when('ask money', cannotSay());
    saga.run().answer(rejects('SOLD_OUT'), 'goods');
    expect(saga.state.cause).toBeNull();
    saga.when('ask money', succeeds()).finish();
    expect(saga.compensations.map(({ step }) => step)).toEqual(['money']);
    expect(saga.told).not.toContain('book');
  });

  it('has what the others have accepted asked for once, and given up', () => {
    const confirmed = { withinMs: 86_400_000, askEveryMs: 3_600_000, overdue: turnsBack('LATE', 'Late.') };
    const saga = rehearse([goods, { ...money, confirmed }])
      .when('goods', hangs())
      .when('money', acceptsForLater());
    saga.run().when('ask money', acceptsForLater()).answer(rejects('SOLD_OUT'), 'goods');
    expect(saga.timesOf('ask money')).toEqual([0]);
    expect(saga.compensations.map(({ step }) => step)).toEqual(['money']);
    expect(saga.row.status).toBe('compensated');
  });

  it('ends the waits of the others', () => {
    const wait = inBranch('money', { name: 'wait', kind: 'wait' });
    const saga = rehearse([goods, wait, money]).when('goods', hangs()).run().answer(rejects('SOLD_OUT'));
    expect(saga.state.steps.find(({ name }) => name === 'wait')?.wait?.ended).toMatchObject({
      how: 'cancelled',
    });
    expect(saga.row.status).toBe('compensated');
  });
});

describe('A saga whose branches are under way', () => {
  it('turns back when it is cancelled once both are known', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run().cancel();
    saga.answer(succeeds(), 'goods');
    expect(saga.state.cause).toBeNull();
    saga.answer(succeeds(), 'money');
    expect(saga.compensations.map(({ step }) => step)).toEqual(['money', 'goods']);
    expect(saga.state.cause).toMatchObject({ type: 'cancelled', code: 'ORDERS.CANCELLED_BY_CUSTOMER' });
  });

  it('asks for both when their worker is lost', () => {
    const saga = whole().when('goods', hangs()).when('money', hangs()).run();
    saga.when('ask goods', succeeds()).when('ask money', succeeds()).stimulate({ kind: 'lease-lost' });
    expect(saga.told).toEqual(expect.arrayContaining(['ask goods', 'ask money']));
    expect(saga.timesOf('goods')).toHaveLength(1);
    expect(saga.row.status).toBe('completed');
  });

  it('tries again in one branch while the other is still calling', () => {
    const saga = whole().when('goods', hangs()).when('money', isUnavailable()).advance(30_000);
    expect(saga.timesOf('money')).toHaveLength(2);
    expect(saga.timesOf('book')).toHaveLength(1);
  });
});

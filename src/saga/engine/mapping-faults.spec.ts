import { rejects, Rehearsal, toyDefinition, type ToyOptions, type ToyStep } from '../testing/index.js';

const rehearse = (steps: readonly ToyStep[], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };
const last: ToyStep = { name: 'last' };
const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);

describe('a mapping that throws', () => {
  const broken = () => {
    let mended = false;
    const map = () => {
      if (!mended) throw new Error('not mapped');
      return {};
    };
    return { map, mend: () => (mended = true) };
  };

  it.each([
    ['a step', (map: () => object): ToyStep => ({ ...last, map })],
    ['a condition', (map: () => object): ToyStep => ({ ...last, skipWhen: () => map() === null })],
    [
      'the compensation of a call',
      (map: () => object): ToyStep => ({ ...last, kind: 'external', undoMap: map }),
    ],
  ])('parks the saga before %s begins, and a retry goes on when it is mended', (_, stepWith) => {
    const { map, mend } = broken();
    const saga = rehearse([local, stepWith(map)]).run();

    expect(saga.row).toMatchObject({
      status: 'parked',
      runnable: false,
      attention: { step: 'last', errorCode: 'SAGA.MAPPING_FAILED' },
    });
    expect(saga.told).toEqual(['local']);
    expect(saga.retry().row.status).toBe('parked');

    mend();
    expect(saga.retry().row.status).toBe('completed');
  });

  it('can still be cancelled', () => {
    const saga = rehearse([local, { ...last, map: broken().map }])
      .run()
      .cancel();

    expect(saga.row.status).toBe('compensated');
    expect(undoneSteps(saga)).toEqual(['local']);
    expect(saga.state.cause?.step).toBe('last');
  });

  it('for the compensation of a call that has happened leaves the one stored before it, and parks', () => {
    const undoMap = ({ action: { result } }: { action: { result: unknown } }) => {
      if (result !== null) throw new Error('did not expect this result');
      return { known: false };
    };
    const saga = rehearse([{ ...external, undoMap }, last])
      .when('last', rejects('TOY.NO'))
      .run();
    expect(saga.row).toMatchObject({ status: 'parked', openEffects: 1 });

    saga.retry();
    expect(saga.compensations).toEqual([{ step: 'external', input: { known: false }, result: {} }]);
  });

  it('for the compensation of a local step is the caller’s to roll back', () => {
    const saga = rehearse([{ ...local, undoMap: broken().map }]);
    const { length } = saga.journal;

    expect(() => saga.run()).toThrow('not mapped');
    expect(saga.journal).toHaveLength(length);
  });

  it('stops on the way back only the unit that it is about', () => {
    let mended = false;
    const undoCheck = (value: unknown) => {
      if (!mended) throw new Error('does not fit any more');
      return value;
    };
    const saga = rehearse([local, { ...last, undoCheck }, { name: 'refused' }]).when(
      'refused',
      rejects('TOY.NO'),
    );

    expect(saga.run().row).toMatchObject({ status: 'parked', openEffects: 1, attention: { step: 'last' } });
    expect(undoneSteps(saga)).toEqual(['local']);

    mended = true;
    expect(saga.retry().row.status).toBe('compensated');
  });
});

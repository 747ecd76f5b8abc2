import { defineSaga } from '../definition/index.js';
import { engineError, storeError } from '../engine/errors.js';
import {
  breaks,
  isUnavailable,
  Rehearsal,
  rejects,
  succeeds,
  toyDefinition,
  toyMessage,
} from '../testing/index.js';
import { RebuiltError, reportSaga, SagaFailedError } from './index.js';

const once = { maxAttempts: 1 };
const definition = toyDefinition([
  { name: 'book', undoRetry: once },
  { name: 'pay', kind: 'external', undoRetry: once },
  { name: 'ship', kind: 'external', phase: 'pivot' },
  { name: 'end', phase: 'retriable' },
]);
const rehearse = () => new Rehearsal(definition, { order: 1 }).otherwiseSucceeding();
const failing = () => rehearse().when('ship', rejects('TOY.NO_STREET', 'There is no such street.'));

describe('the report of a saga', () => {
  it('shows all steps with place, name and status, and says that nothing failed', () => {
    const { steps, ...report } = rehearse().run().report;
    expect(steps.map(({ index, name, status }) => [index, name, status])).toEqual([
      [0, 'book', 'succeeded'],
      [1, 'pay', 'succeeded'],
      [2, 'ship', 'succeeded'],
      [3, 'end', 'succeeded'],
    ]);
    expect(report).toMatchObject({ cause: null, failedIndex: null, failedStep: null, summary: null });
  });

  it('names the step that failed, what was undone with which input, and what was not reached', () => {
    const report = failing().run().report;
    expect(report).toMatchObject({
      status: 'compensated',
      failedIndex: 2,
      failedStep: 'ship',
      cause: { step: 'ship', index: 2, code: 'TOY.NO_STREET', message: 'There is no such street.' },
      summary:
        'toy v1 failed at ship (step 3 of 4): TOY.NO_STREET, There is no such street; no compensation failed',
    });
    expect(report.steps[1]).toMatchObject({ input: { step: 'pay' }, unresolvedInput: null });
    expect(report.steps[1]?.compensation).toMatchObject({ status: 'succeeded', input: { undoes: 'pay' } });
    expect(report.steps[3]).toMatchObject({
      status: 'pending',
      input: null,
      unresolvedInput: { step: 'end', input: '$.input' },
      compensation: null,
    });
  });

  it('leaves out alternatives that were not taken, and counts without them', () => {
    const steps = [
      { name: 'book' },
      { name: 'ship', phase: 'pivot' as const },
      { name: 'end', phase: 'retriable' as const },
    ];
    const alternatives = [
      { insteadOf: 'book', steps: [{ name: 'book-elsewhere' }] },
      { insteadOf: 'ship', on: ['TOY.FULL'], steps: [{ name: 'express', phase: 'pivot' as const }] },
    ];
    const saga = new Rehearsal(toyDefinition(steps, { alternatives }), {}).otherwiseSucceeding();
    const { report } = saga.when('ship', rejects('TOY.NO_STREET')).run();

    expect(report.steps.map(({ index, name }) => [index, name])).toEqual([
      [0, 'book'],
      [2, 'ship'],
      [4, 'end'],
    ]);
    expect(report).toMatchObject({ failedStep: 'ship', failedIndex: 2 });
    expect(report.summary).toMatch(/^toy v1 failed at ship \(step 2 of 3\)/);
  });

  it('collects each compensation that failed, and counts them', () => {
    const saga = failing().when('undo book', isUnavailable('A.B')).when('undo pay', isUnavailable('C.D'));
    const { report } = saga.run();
    expect(report.compensationErrors).toMatchObject([
      { step: 'pay', index: 1, code: 'C.D' },
      { step: 'book', index: 0, code: 'A.B' },
    ]);
    expect(report.summary).toMatch(/; 2 compensations failed$/);
  });

  it('names no failed step when somebody asked for the way back', () => {
    const saga = rehearse().when('ship', isUnavailable()).run().cancel();
    expect(saga.report).toMatchObject({ failedIndex: null, failedStep: null, cause: { step: 'ship' } });
    expect(saga.report.summary).toMatch(/^toy v1 turned back at ship \(step 3 of 4\)/);
  });

  it('says what holds up a saga that has not turned back', () => {
    const saga = rehearse().whenever('end', isUnavailable('TOY.DOWN'));
    expect(saga.run().report).toMatchObject({ status: 'running', failedStep: 'end', failedIndex: 3 });
    expect(saga.report.summary).toBe('toy v1 is held up at end (step 4 of 4): TOY.DOWN, Try again later');
    expect(saga.finish().report.summary).toMatch(/^toy v1 failed at end/);
  });

  it('shows neither secrets nor card numbers', () => {
    const input = { shippingAddress: { line1: 'Main St' }, note: 'card 4242 4242 4242 4242' };
    const saga = new Rehearsal(toyDefinition([{ name: 'pay' }]), input)
      .when('pay', breaks('4242424242424242'))
      .run();
    const told = JSON.stringify(saga.report);
    expect(told).not.toMatch(/Main St|4242/);
    expect(saga.report.steps[0]?.input).toMatchObject({ input: { shippingAddress: '[redacted]' } });
  });

  it('tells a customer no more than a code and a sentence of what went wrong for technical reasons', () => {
    const told: unknown[] = [];
    const [action, done] = [toyMessage('do'), toyMessage('did')];
    const saga = defineSaga('told', 1, { parse: (value) => value })
      .undoing(toyMessage('tell'), ({ cause }) => told.push([cause.code, cause.message]), toyMessage('told'))
      .step('call', (s) =>
        s
          .local({ retry: { maxAttempts: 1, whenExhausted: 'compensate' } })
          .action(action, () => ({}))
          .succeeds(done)
          .noCompensation('a toy'),
      )
      .build();
    const run = new Rehearsal(saga, {}).otherwiseSucceeding();
    run.when('call', { ...isUnavailable('ECONNREFUSED'), message: 'connect 10.0.0.7:5432' } as never).run();

    expect(told).toEqual([['SAGA.STEP_FAILED', 'It could not be done for a technical reason.']]);
    expect(run.report.cause).toMatchObject({ message: 'connect 10.0.0.7:5432' });
  });
});

describe('the error of a failed saga', () => {
  it('carries the report, and the causes as errors again after having been stored', () => {
    const thrown = new Error('Could not ask.', {
      cause: new TypeError('fetch failed', { cause: new Error('ECONNRESET') }),
    });
    const stored = JSON.parse(JSON.stringify(storeError(thrown, 'TOY.UNREACHABLE'))) as ReturnType<
      typeof storeError
    >;
    const saga = failing().run();
    const error = new SagaFailedError(
      reportSaga(definition, {
        ...saga.state,
        cause: { ...saga.state.cause!, code: 'TOY.UNREACHABLE', error: stored },
      }),
    );

    expect(error).toMatchObject({ name: 'SagaFailedError', failedIndex: 2, failedStep: 'ship' });
    expect(error.message).toContain('failed at ship');
    expect(error.cause).toMatchObject({ name: 'Error', code: 'TOY.UNREACHABLE', stack: thrown.stack });
    expect(error.cause.cause).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect((error.cause.cause as Error).cause).toMatchObject({ message: 'ECONNRESET' });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ failedIndex: 2, failedStep: 'ship' });
  });

  it('has the errors of compensations by the places of their steps', () => {
    const saga = failing().when('undo pay', isUnavailable('C.D')).when('undo book', succeeds()).run();
    const error = new SagaFailedError(saga.report);
    expect(Object.keys(error.compensationErrors)).toEqual(['1']);
    expect(error.compensationErrors[1]).toBeInstanceOf(RebuiltError);
    expect(error.compensationErrors[1]).toMatchObject({ code: 'C.D', message: 'Try again later.' });
  });

  it('keeps a cause that was no error as a text', () => {
    const text = new RebuiltError({ ...engineErrorReport(), chain: ['out of paper'] });
    expect(text.cause).toMatchObject({ name: 'Error', message: 'out of paper' });
  });
});

function engineErrorReport() {
  const { message } = engineError('TOY.X', 'It broke.');
  return { code: 'TOY.X', type: 'SagaError', message, stack: null };
}

import type { LoggerService } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { LabStreams, openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

interface Line {
  readonly level: 'warn' | 'error';
  readonly fields: Record<string, unknown>;
  readonly text: unknown;
}

/** Keeps what is logged with fields. */
class KeptLog implements LoggerService {
  readonly lines: Line[] = [];
  log = () => undefined;
  warn = (fields: unknown, text: unknown) => this.keep('warn', fields, text);
  error = (fields: unknown, text: unknown) => this.keep('error', fields, text);

  retriesOf(key: string): Line[] {
    return this.lines.filter(({ fields }) => fields.correlationId === key && 'nextAttemptAt' in fields);
  }

  private keep(level: Line['level'], fields: unknown, text: unknown): void {
    if (typeof fields === 'object' && fields !== null) {
      this.lines.push({ level, fields: fields as Record<string, unknown>, text });
    }
  }
}

describe('A retry', () => {
  let lab: Lab;
  let worker: LabWorker;
  const log = new KeptLog();

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
    worker.app.useLogger(log);
  });
  afterAll(() => lab.close());

  it('leaves a line in the log with the time that its commit has stored', async () => {
    lab.script.next('lab.pay.v1', 'busy', 'unavailable');
    const [sagaId] = await lab.start(worker, 'busy');
    await lab.until('busy', 'completed');

    const failed = (await lab.journal('busy')).find((entry) => entry.kind === 'attempt-failed')!;
    expect(log.retriesOf('busy')).toEqual([
      {
        level: 'warn',
        fields: {
          sagaId,
          definition: 'lab',
          version: 1,
          correlationId: 'busy',
          step: 'pay',
          role: 'action',
          attempt: 1,
          errorCode: 'LAB.UNAVAILABLE',
          nextAttemptAt: failed.kind === 'attempt-failed' && failed.retryAt,
        },
        text: 'An attempt failed; a retry is scheduled.',
      },
    ]);
  });

  it('leaves one for every attempt, and an error when a person has to go on', async () => {
    lab.script.always('lab.finish.v1', 'stuck', 'throw');
    await lab.start(worker, 'stuck');
    await lab.until('stuck', 'parked');
    await eventually(() => log.retriesOf('stuck').length === 3);

    const lines = log.retriesOf('stuck').map(({ level, fields }) => [level, fields.attempt, fields.step]);
    expect(lines).toEqual([
      ['warn', 1, 'finish'],
      ['warn', 2, 'finish'],
      ['error', 3, 'finish'],
    ]);
    expect(log.retriesOf('stuck').at(-1)?.fields.nextAttemptAt).toBeNull();
  });

  it('stands beside what the handler threw, under the same names', async () => {
    lab.script.always('lab.hold.v1', 'thrown', 'throw');
    const [sagaId] = await lab.start(worker, 'thrown');
    await eventually(() => expect(log.retriesOf('thrown').length).toBeGreaterThan(0));

    const thrown = log.lines.find(
      ({ fields, text }) => fields.sagaId === sagaId && text === 'A step failed.',
    );
    expect(thrown?.fields).toMatchObject({
      ...{ definition: 'lab', version: 1, correlationId: 'thrown' },
      ...{ step: 'hold', role: 'action', attempt: 1, errorCode: 'SAGA.UNCLASSIFIED' },
    });
    lab.script.mend('lab.hold.v1', 'thrown');
  });

  it('is told apart from the one before by its attempt, also where the error itself is told', async () => {
    lab.script.always('lab.finish.v1', 'thrown thrice', 'throw');
    const [sagaId] = await lab.start(worker, 'thrown thrice');
    await lab.until('thrown thrice', 'parked');

    const thrown = log.lines.filter(
      ({ fields, text }) => fields.sagaId === sagaId && text === 'A step failed.',
    );
    expect(new Set(thrown.map(({ fields }) => fields.attempt))).toEqual(new Set([1, 2, 3]));
    expect(thrown.at(-1)?.fields).toMatchObject({ step: 'finish', attempt: 3 });
  });
});

describe('A mapping that fails', () => {
  let lab: Lab;
  let worker: LabWorker;
  const log = new KeptLog();

  beforeAll(async () => {
    lab = await openLab({ businessKeys: { lab: 'orderId' } });
    worker = await lab.startWorker();
    worker.app.useLogger(log);
  });
  afterAll(() => lab.close());
  afterEach(() => {
    LabStreams.explodeFor = null;
  });

  it('leaves a line in the log that says of which saga, order and step', async () => {
    LabStreams.explodeFor = 'unmapped';
    const [sagaId] = await lab.start(worker, 'unmapped');
    const row = await lab.until('unmapped', 'parked');

    const [line] = log.lines.filter(({ text }) => text === 'A mapping failed; the saga is parked.');
    expect(line).toMatchObject({
      level: 'error',
      fields: {
        ...{ sagaId, definition: 'lab', version: 1, correlationId: 'unmapped', orderId: 'unmapped' },
        ...{ step: row.failed_step, role: 'action', attempt: 1, errorCode: 'SAGA.MAPPING_FAILED' },
        err: expect.objectContaining({ message: 'The mapping exploded.' }) as unknown,
      },
    });
  });
});

import type { LoggerService } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

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
      ...{ step: 'hold', role: 'action', errorCode: 'SAGA.UNCLASSIFIED' },
    });
    lab.script.mend('lab.hold.v1', 'thrown');
  });
});

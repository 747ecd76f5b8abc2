import { pino } from 'pino';
import { loggerOptions } from './logger-options.js';

describe('a log line', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(loggerOptions('info'), {
    write(line) {
      // A field written twice would be lost in parsing, and some readers of logs refuse it.
      expect(line.match(/"msg":/g)).toHaveLength(1);
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  });

  it('has stable fields', () => {
    logger.info({ orderId: 'o-1' }, 'Order %s placed', 'o-1');
    expect(lines.at(-1)).toEqual({
      level: 'info',
      time: expect.stringMatching(/Z$/) as unknown,
      pid: process.pid,
      orderId: 'o-1',
      msg: 'Order o-1 placed',
    });
  });

  it('holds no card number in message, values or errors', () => {
    logger.warn({ err: new Error('4242424242424242') }, 'card %s', '4242 4242 4242 4242');
    logger.error(new Error('4242424242424242'));
    logger.error({ err: new Error('4242424242424242') });
    logger.error({ msg: 'card 4242424242424242', err: new Error('no') });
    logger.error('card %j', { number: '4242424242424242' });
    expect(JSON.stringify(lines.slice(-5))).not.toContain('42424242');
    expect(lines.slice(-5).map(({ msg }) => msg)).toEqual([
      'card [redacted]',
      '[redacted]',
      '[redacted]',
      'card [redacted]',
      'card {"number":"[redacted]"}',
    ]);
    expect(lines.at(-4)).toMatchObject({ err: { type: 'Error', stack: expect.any(String) as unknown } });
  });

  it('keeps an error and fields that follow the message', () => {
    // As untyped code calls it: pino's own types would refuse values without a placeholder.
    const error: (...args: unknown[]) => void = logger.error.bind(logger);
    error('It %s', 'broke', new Error('why'), { orderId: 'o-1' });
    expect(lines.at(-1)).toMatchObject({ msg: 'It broke', orderId: 'o-1', err: { message: 'why' } });
    logger.warn({ context: 'Toys' }, 'It broke again', new Error('why not'));
    expect(lines.at(-1)).toMatchObject({
      msg: 'It broke again',
      context: 'Toys',
      err: { message: 'why not' },
    });
  });

  it('is not written below the level', () => {
    const count = lines.length;
    logger.debug('quiet');
    logger.info({ context: 'RouterExplorer' }, 'Mapped a route');
    expect(lines).toHaveLength(count);
  });
});

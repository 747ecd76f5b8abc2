import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { databaseProblem } from './database-errors.js';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe('an error of the database', () => {
  it.each(['22P02', '22003', '22021', '22P05', '22001', '54000'])('caused by input (%s) is 400', (code) => {
    expect(databaseProblem(withCode(code))).toMatchObject({ status: 400, code: 'HTTP.VALIDATION' });
  });

  it.each(['57P01', '57P03', '08006', '53300', '40P01', '40001', '57014', 'ECONNRESET'])(
    'that passes (%s) is 503, and says when to try again',
    (code) => {
      const problem = databaseProblem(withCode(code));
      expect(problem).toMatchObject({
        status: 503,
        code: 'HTTP.UNAVAILABLE',
        headers: { 'Retry-After': '2' },
      });
      expect(problem?.message).not.toContain('secret');
    },
  );

  it('is 503 when nobody listens there', async () => {
    const client = new Client({ host: '127.0.0.1', port: await closedPort() });
    const error: unknown = await client.connect().catch((reason: unknown) => reason);
    expect(databaseProblem(error)).toMatchObject({ status: 503 });
  });

  it('is 503 when every address of the host refuses', () => {
    expect(databaseProblem(new AggregateError([withCode('ECONNREFUSED')]))).toMatchObject({ status: 503 });
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    'is 503 when the driver says "%s"',
    (message) => {
      expect(databaseProblem(new Error(message))).toMatchObject({ status: 503 });
    },
  );

  it.each(['22012', '23505', '23514', '42P01', '42601'])(
    'that is a mistake of ours (%s) stays one',
    (code) => {
      expect(databaseProblem(withCode(code))).toBeNull();
    },
  );

  it('is not what any other error is', () => {
    expect([new Error('Connections everywhere'), null, 'text', {}].map(databaseProblem)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

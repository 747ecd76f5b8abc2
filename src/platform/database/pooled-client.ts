import type { Writable } from 'node:stream';
import pg from 'pg';

/**
 * A connection of a pool that survives its own loss at any instant.
 *
 * The pool listens for the loss of idle connections, and whoever takes one listens while it has it. In between, up to
 * the next turn of promises, nobody does; and a server that ends the session may say so in the very packet that made it
 * ready. An `error` that nobody hears ends the process. Whoever uses the connection learns of it from the next query.
 */
export class PooledClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const { connection } = this as unknown as { connection: { stream: Writable } };
    const query = this.query.bind(this) as (...question: unknown[]) => unknown;
    // Statements of one turn leave together: each write costs as much as running one, and wakes the server once more.
    this.query = ((...question: unknown[]) => {
      const { stream } = connection;
      stream.cork();
      process.nextTick(() => stream.uncork());
      return query(...question);
    }) as typeof this.query;
  }
}

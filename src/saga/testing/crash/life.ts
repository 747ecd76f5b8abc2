import type { Socket } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { doAs, doAsNobody, type Dweller } from './surroundings.js';

/** What a client of a process gets that dies over it. */
class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** What is under way has its own timeouts, which are shorter; milliseconds. */
const longestShutdownMs = 30_000;

/**
 * A pretended process: an application context and all that it has to do with the world.
 *
 * Guarantees: after `die`, in the same turn, all its sockets are closed and it opens no other, so its transactions
 * are rolled back by the server and nothing of it reaches the database or the outside; nothing of it goes on past a
 * failpoint, a new connection or a timer, so that in the end the memory is all that is left, and then not even
 * that. What belongs to a life is told by its asynchronous context. Does not guarantee: that memory which it shares with other lives of this process (a fake of the outside) is left alone by
 * what was past its last failpoint.
 */
export class Life implements Dweller {
  readonly timers = new Set<NodeJS.Timeout>();
  private readonly sockets = new Set<Socket>();
  private context: INestApplicationContext | null = null;
  private lastPorts: readonly number[] = [];
  private died = false;
  private left = false;

  private fail: (error: Error) => void = () => undefined;
  /** Rejects when it dies; never resolves. */
  private readonly death = new Promise<never>((_, fail) => (this.fail = fail));

  /** @param passing called at each failpoint that this life passes; may wait or throw */
  constructor(private readonly passing: (life: Life, point: string) => Promise<void>) {
    this.death.catch(() => undefined);
  }

  get dead(): boolean {
    return this.died;
  }

  get gone(): boolean {
    return this.died || this.left;
  }

  /** @throws Error before `start` */
  get app(): INestApplicationContext {
    if (!this.context) throw new Error('This process has not started.');
    return this.context;
  }

  /** The ports of its connections, as the other side sees them; of a dead one those it had when it died. */
  get ports(): readonly number[] {
    return this.died ? this.lastPorts : [...this.sockets].flatMap(({ localPort }) => localPort ?? []);
  }

  /** Starts an application as this process. @throws ProcessDied when it dies while it starts */
  async start(boot: () => Promise<INestApplicationContext>): Promise<void> {
    const booting = doAs(this, boot);
    // One that dies over it may fail to start for that, or never come to an end.
    booting.catch(() => undefined);
    this.context = await Promise.race([booting, this.death]);
  }

  /** Does something as this process. @throws ProcessDied when it dies meanwhile */
  async do<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const done = doAs(this, () => work(this.app));
    done.catch(() => undefined);
    return Promise.race([done, this.death]);
  }

  die(): void {
    if (this.gone) return;
    this.lastPorts = this.ports;
    this.died = true;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.fail(new ProcessDied('The process died.'));
  }

  /** Ends it in order. @throws whatever its shutdown throws, or Error when that takes too long; it is gone all the same */
  async close(): Promise<void> {
    if (this.gone) return;
    const late = setTimeout(() => this.die(), longestShutdownMs);
    try {
      await this.do((app) => app.close());
      this.left = true;
    } catch (error) {
      throw this.died ? new Error('The process died before it had ended in order.', { cause: error }) : error;
    } finally {
      clearTimeout(late);
      this.die();
    }
  }

  /** Never comes to an end when it is dead, or dies meanwhile. */
  async pass(point: string): Promise<void> {
    // What the kit does there is not this process's doing.
    if (!this.died) await doAsNobody(() => this.passing(this, point));
    if (this.died) await new Promise(() => undefined);
  }

  /** Called for each socket that it opens. */
  adopt(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

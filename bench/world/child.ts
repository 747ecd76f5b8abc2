import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** A process that does what it is asked: see `serveParent`. */
export class Child {
  private readonly waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (e: Error) => void }
  >();
  /** Resolves when it has ended, in whichever way. */
  readonly closed: Promise<unknown>;
  private lastId = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly name: string,
  ) {
    // Not `close`: that one never comes when it was we who let go of the channel.
    this.closed = once(process, 'exit').then(() => {
      const gone = new Error(`${name} has ended.`);
      this.waiting.forEach(({ reject }) => reject(gone));
    });
    process.on('message', ({ id, answer, error }: Answer) => {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) asked?.resolve(answer);
      else asked?.reject(new Error(`${name}: ${error}`));
    });
  }

  /** @param name of a file in `bench/processes` */
  static start(name: string, settings: Record<string, string>, nodeOptions: readonly string[] = []): Child {
    const file = join(import.meta.dirname, '../processes', `${name}.js`);
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--max-semi-space-size=64', ...nodeOptions, file],
      {
        env: { PATH: process.env.PATH, ...settings },
        // What they have to say is not the benchmark's result.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    return new Child(child, name);
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** @throws Error with what the process threw, or when it ends first */
  ask<T>(what: string, about: unknown = {}): Promise<T> {
    const id = ++this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      if (this.process.exitCode !== null || !this.process.connected)
        reject(new Error(`${this.name} has ended.`));
      else this.process.send({ id, what, about });
    });
  }

  /** Lets it end in order. */
  async stop(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    await this.closed;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.closed;
  }
}

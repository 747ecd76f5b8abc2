import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The built application as a child process. */
export interface BuiltApp {
  readonly pid: number;
  /** Where it listens; empty for a worker. */
  readonly url: string;
  readonly child: ChildProcess;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  /** As a power cut ends it. */
  kill(): Promise<void>;
}

/** @throws Error when it ends before it is ready */
export async function startBuiltApp(settings: Record<string, string>): Promise<BuiltApp> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/src/main.js')], {
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ready = new Promise<string>((resolve) => {
    // Read to the end: a process that cannot write its log any more would be another one.
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const line = /^(?:Listening on (http\S+)|Worker is running.*)$/m.exec(output);
      if (line) resolve(line[1] ?? '');
    });
  });
  const closed = once(child, 'close');
  const url = await Promise.race([ready, closed.then(() => null)]);
  if (url === null) throw new Error(`The application did not start:\n${output}`);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await closed;
  };
  return { pid: child.pid!, url, child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

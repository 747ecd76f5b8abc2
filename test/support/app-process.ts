import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HttpClient } from './http-client.js';

const ROOT = join(import.meta.dirname, '../..');
const APP = 'dist/src/main.js';
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 20_000;

const running = new Set<ChildProcess>();

afterAll(async () => {
  const leaked = [...running];
  leaked.forEach((child) => child.kill('SIGKILL'));
  await Promise.all(leaked.map((child) => once(child, 'close')));
  if (leaked.length > 0) throw new Error(`${leaked.length} started application(s) were left running`);
});

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built application, as a child process: what users run, and what may be killed. */
export interface AppProcess {
  readonly pid: number;
  /** Where it listens; empty for a worker without `METRICS_PORT`. */
  readonly url: string;
  readonly http: HttpClient;
  /** Sends the signal and does not wait. */
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<Exit>;
  /** Asks it to end (SIGTERM) and waits; kills it and throws when it does not end within 20 s. */
  stop(): Promise<Exit>;
  /** Sends it a message and waits for its answer, for ever when it is dead; for an entry that listens to its parent. */
  ask(message: string): Promise<unknown>;
  /** All it has written so far, to stdout and stderr. */
  logs(): string;
}

/** Thrown when the process ended before it was ready; tests of bad settings look at it. */
export class AppDidNotStart extends Error {
  constructor(
    readonly exit: Exit,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(`The application ended before it was ready (${exit.code ?? exit.signal}):\n${stderr || stdout}`);
  }
}

/**
 * Starts the application with nothing but `env` in its environment (and a free port), and waits until it is ready.
 * @param entry what to run instead, from the root; it may listen to its parent
 * @throws AppDidNotStart
 */
export async function startApp(
  env: Record<string, string>,
  { entry = APP, startTimeoutMs = START_TIMEOUT_MS }: { entry?: string; startTimeoutMs?: number } = {},
): Promise<AppProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, entry)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(entry === APP ? [] : (['ipc'] as const))],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // `close` rather than `exit`: by then all output is in.
  const exited = new Promise<Exit>((done) => child.once('close', (code, signal) => done({ code, signal })));

  const ready = new Promise<void>((done) => {
    child.stdout!.on('data', () => READY.test(stdout) && done());
  });
  const late = timeout(startTimeoutMs);
  const ended = await Promise.race([ready, late.promise, exited]);
  late.cancel();
  if (ended) throw new AppDidNotStart(ended, stdout, stderr);
  if (!READY.test(stdout)) {
    child.kill('SIGKILL');
    throw new AppDidNotStart(await exited, stdout, `Not ready within ${startTimeoutMs} ms.\n${stderr}`);
  }

  const url = READY.exec(stdout)?.groups?.url ?? '';
  return {
    pid: child.pid!,
    url,
    http: new HttpClient(url),
    kill: (signal) => void child.kill(signal),
    exited,
    logs: () => stdout + stderr,
    async ask(message) {
      const answer = once(child, 'message');
      child.send(message, () => undefined);
      return (await answer)[0] as unknown;
    },
    async stop() {
      child.kill('SIGTERM');
      const patience = timeout(STOP_TIMEOUT_MS);
      const exit = await Promise.race([exited, patience.promise]);
      patience.cancel();
      if (exit) return exit;
      child.kill('SIGKILL');
      throw new Error(`The application did not stop within ${STOP_TIMEOUT_MS} ms:\n${stdout}${stderr}`);
    },
  };
}

const READY = /^(Listening on|Worker is running(, health on)?) ?(?<url>http\S+)?$/m;

function timeout(milliseconds: number): { promise: Promise<undefined>; cancel: () => void } {
  const { promise, resolve } = withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  return { promise, cancel: () => clearTimeout(timer) };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

import { createServer } from 'node:net';
import { StartupError } from './startup-error.js';

/**
 * Fails early when the address cannot be listened on, before a database starts or a saga moves.
 * @throws StartupError
 */
export async function requireFreePort(port: number, host: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(port, host, () => probe.close(() => done()));
  }).catch((error: unknown) => {
    throw portProblem(error, port, host);
  });
}

/** Turns a failed `listen` into one line; other errors stay what they are. */
export function portProblem(error: unknown, port: number, host: string): unknown {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new StartupError(
        `PORT: ${port} on ${host} is in use; set PORT to another one, or to 0 for any free one.`,
      );
    case 'EACCES':
      return new StartupError(`PORT: this user may not listen on ${port}.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`HOST: ${host} is not an address of this machine.`);
    default:
      return error;
  }
}

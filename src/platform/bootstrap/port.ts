import { createServer } from 'node:net';
import { StartupError } from './startup-error.js';

/**
 * Fails early when the address cannot be listened on, before a database starts or a saga moves.
 * @throws StartupError
 */
export async function requireFreePort(port: number, host: string, setting?: PortSetting): Promise<void> {
  await new Promise<void>((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(port, host, () => probe.close(() => done()));
  }).catch((error: unknown) => {
    throw portProblem(error, port, host, setting);
  });
}

type PortSetting = 'PORT' | 'METRICS_PORT';

/** Turns a failed `listen` into one line; other errors stay what they are. */
export function portProblem(
  error: unknown,
  port: number,
  host: string,
  setting: PortSetting = 'PORT',
): unknown {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new StartupError(
        `${setting}: ${port} on ${host} is in use; set ${setting} to another one, or to 0 for any free one.`,
      );
    case 'EACCES':
      return new StartupError(`${setting}: this user may not listen on ${port}.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`HOST: ${host} is not an address of this machine.`);
    default:
      return error;
  }
}

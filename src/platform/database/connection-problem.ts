import { StartupError } from '../bootstrap/startup-error.js';

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host is unknown',
  EAI_AGAIN: 'its host is unknown',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '53300': 'it has no connection left',
  '57P03': 'it is still starting up',
};

/** A failure to connect, in one line that shows where to, but no password. */
export function connectionProblem(error: unknown, databaseUrl: string): StartupError {
  const { host, pathname } = new URL(databaseUrl);
  const code = (error as { code?: string }).code ?? '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new StartupError(
    `The database at ${host}${pathname} cannot be used: ${reason}. Check DATABASE_URL.`,
  );
}

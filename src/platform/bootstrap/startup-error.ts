/**
 * Why the process cannot start, in the words of the person who has to fix it. `main.ts` prints the message
 * alone, without a stack, and exits with code 1.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

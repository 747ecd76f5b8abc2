import { StartupError } from './startup-error.js';

/** Ctrl-C under npm arrives twice, from the terminal and from npm; only a later one is a person in a hurry. */
const SAME_SIGNAL_MS = 500;

/** Runs `stop` on the first SIGINT or SIGTERM and exits; a second one does not wait for it. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let since: number | undefined;
  const onSignal = () => {
    if (since !== undefined) {
      if (Date.now() - since > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    since = Date.now();
    stop().then(() => process.exit(0), exitWith);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

/** Ends the process, in one line when the reason is one that its operator can mend. */
export function exitWith(error: unknown): never {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
}

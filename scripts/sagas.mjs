import { parse, UsageError, usage } from './lib/sagas/arguments.mjs';
import { ApiError, Unreachable } from './lib/sagas/api.mjs';
import { carryOut } from './lib/sagas/commands.mjs';

/*
 * `npm run sagas -- list`: what operators do over HTTP, from a terminal. Knows the API and nothing else, so that it runs
 * without a build, against any installation. Exit codes: 0 done; 1 refused, or what was asked for has not come about;
 * 2 not understood; 3 nobody answers.
 */
try {
  const asked = parse(process.argv.slice(2), process.env);
  if (asked.help) console.log(usage);
  else process.exitCode = (await carryOut(asked)) ? 0 : 1;
} catch (error) {
  process.exitCode = codeOf(error);
  console.error(error instanceof Error && process.exitCode ? error.message : error);
}

function codeOf(error) {
  if (error instanceof UsageError) return 2;
  if (error instanceof Unreachable) return 3;
  if (error instanceof ApiError) return 1;
  throw error;
}

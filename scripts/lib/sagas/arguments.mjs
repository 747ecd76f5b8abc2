import { parseArgs } from 'node:util';

/** What was typed makes no sense; the message says what does. */
export class UsageError extends Error {}

export const usage = `Operators' commands, over the HTTP API.

  npm run sagas -- list [filters] [--limit N]      sagas, newest first
  npm run sagas -- failures                        what fails, in groups, with what is at risk
  npm run sagas -- show ID | journal ID            one saga; every entry of its journal
  npm run sagas -- retry | compensate | pause | resume | terminate ID --reason TEXT [--dry-run]
  npm run sagas -- skip ID --reason TEXT --result JSON [--step NAME] [--dry-run]
  npm run sagas -- bulk ACTION filters --reason TEXT [--dry-run] [--rate N] [--no-probe] [--no-stop] [--detach]
  npm run sagas -- jobs [--status STATUS] [--limit N] | job ID [--follow] | cancel-job ID --reason TEXT
  npm run sagas -- approvals | approve ID --reason TEXT | decline ID --reason TEXT
  npm run sagas -- audit [--saga ID] [--job ID] | verify

Filters: --status --definition --version --step --error-code --correlation-id --stuck-for SECONDS
Everywhere: --json prints what the API answers; --url (or API_URL; http://127.0.0.1:3000); the key is API_KEY.
Exit codes: 0 done; 1 refused, or it has not come about; 2 not understood; 3 nobody answers.`;

const text = { type: 'string' };
const flag = { type: 'boolean' };

const options = {
  status: text,
  definition: text,
  version: text,
  step: text,
  'error-code': text,
  'correlation-id': text,
  'stuck-for': text,
  limit: text,
  reason: text,
  result: text,
  revision: text,
  rate: text,
  saga: text,
  job: text,
  url: text,
  'dry-run': flag,
  'no-probe': flag,
  'no-stop': flag,
  detach: flag,
  follow: flag,
  json: flag,
  help: { ...flag, short: 'h' },
};

/** How many words follow each command. */
const commands = {
  ...{
    list: 0,
    failures: 0,
    show: 1,
    journal: 1,
    retry: 1,
    compensate: 1,
    pause: 1,
    resume: 1,
    terminate: 1,
  },
  ...{ skip: 1, bulk: 1, jobs: 0, job: 1, 'cancel-job': 1 },
  ...{ approvals: 0, approve: 1, decline: 1, audit: 0, verify: 0 },
};
const withReason = [
  'retry',
  'compensate',
  'pause',
  'resume',
  'terminate',
  'skip',
  'bulk',
  'cancel-job',
  'approve',
  'decline',
];

/** @throws UsageError */
export function parse(words, environment) {
  const { values, positionals } = read(words);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return { help: true };
  if (!Object.hasOwn(commands, command))
    throw new UsageError(`There is no command "${command}". Try --help.`);
  if (rest.length !== commands[command]) {
    throw new UsageError(
      `"${command}" takes ${commands[command] ? 'one word after it' : 'no word after it'}. Try --help.`,
    );
  }
  if (withReason.includes(command) && !values.reason) {
    throw new UsageError(`"${command}" needs --reason: it stands in the audit.`);
  }
  if (!environment.API_KEY)
    throw new UsageError('Set API_KEY to your key, e.g. API_KEY=demo-operator on a demonstration.');
  return {
    help: false,
    command,
    subject: rest[0] ?? null,
    filter: filterOf(values),
    limit: whole('limit', values.limit) ?? 50,
    reason: values.reason ?? null,
    result: command === 'skip' ? resultOf(values.result) : null,
    revision: whole('revision', values.revision),
    rate: whole('rate', values.rate),
    saga: values.saga ?? null,
    job: values.job ?? null,
    dryRun: values['dry-run'] ?? false,
    probe: !values['no-probe'],
    stopOnRepeat: !values['no-stop'],
    detach: values.detach ?? false,
    follow: values.follow ?? false,
    json: values.json ?? false,
    url: urlOf(values.url ?? environment.API_URL ?? 'http://127.0.0.1:3000'),
    key: environment.API_KEY,
  };
}

function read(words) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error.message.split('. To specify')[0]} Try --help.`);
  }
}

function filterOf(values) {
  const filter = {
    status: values.status,
    definition: values.definition,
    version: whole('version', values.version) ?? undefined,
    step: values.step,
    errorCode: values['error-code'],
    correlationId: values['correlation-id'],
    stuckForSeconds: whole('stuck-for', values['stuck-for']) ?? undefined,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function whole(name, given) {
  if (given === undefined) return null;
  if (!/^\d{1,15}$/.test(given)) throw new UsageError(`--${name} is a whole number, not "${given}".`);
  return Number(given);
}

function resultOf(given) {
  try {
    return JSON.parse(given ?? '');
  } catch {
    throw new UsageError(`"skip" needs --result with JSON, e.g. --result '{"transfer": "bank 4711"}'.`);
  }
}

function urlOf(given) {
  if (!URL.canParse(given)) throw new UsageError(`"${given}" is no URL.`);
  return given.replace(/\/+$/, '');
}

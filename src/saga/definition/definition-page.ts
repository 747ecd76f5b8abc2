import { describeDefinition, fingerprint, type Description } from './fingerprint.js';
import { definitionDiagram } from './mermaid.js';
import { answerInWords, backoffInWords, duration, inputInWords, lastingInWords } from './page-words.js';
import type { SagaDefinition } from './types.js';

type Step = Description['steps'][number];
type Rows = readonly (readonly string[])[];

/**
 * A version as a page of documentation, in Markdown: what it does step by step, how it is undone, its policies and a
 * diagram. Pure; all of it follows from the definition, so that a page that differs is out of date.
 *
 * @param releasedOn the day; null: it is not released yet
 */
export function definitionPage(definition: SagaDefinition, releasedOn: string | null): string {
  const described = describeDefinition(definition);
  const { name, version } = definition;
  const blocks = [
    `# ${name} v${version}`,
    'Written by `npm run sagas:docs` from the definition; do not edit.',
    [
      releasedOn === null ? '- Not released yet.' : `- Released on ${releasedOn}.`,
      `- Fingerprint \`${fingerprint(definition)}\`.`,
      `- ${beginning(described)}`,
      ...(definition.deadlineMs === null
        ? []
        : [`- Turns back unless its pivot is passed within ${duration(definition.deadlineMs)}.`]),
    ].join('\n'),
    `\`\`\`mermaid\n${definitionDiagram(definition)}\n\`\`\``,
    section('Steps', ['', 'step', 'phase', 'kind', 'does', 'ends with', 'undone by'], stepRows(described)),
    section('Waits', ['step', 'ends by', 'lasts', 'when overdue'], waitRows(described)),
    section(
      'Alternatives',
      ['instead of', 'for', 'undoes first what came after', 'steps'],
      (described.alternatives ?? []).map(({ insteadOf, on, undoTo, steps }) => [
        insteadOf,
        on ? codes(on) : 'any failure',
        undoTo ?? '',
        steps.join(', '),
      ]),
    ),
    section('Told to the business', ['when', 'command', 'with'], closingRows(described)),
    section('Events from outside', ['event', 'at', 'answer'], eventRows(described)),
    section('Where inputs come from', ['unit', 'input'], inputRows(described)),
    section(
      'Policies',
      [
        'unit',
        'attempts',
        'back-off',
        'then',
        'by code',
        'one attempt',
        'heartbeat',
        'key honoured',
        'calls',
      ],
      policyRows(described),
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function beginning({ startedBy }: Description): string {
  return startedBy ? `Begins with ${code(startedBy.event)}.` : 'Begins when somebody starts it.';
}

function stepRows(described: Description): Rows {
  return described.steps.map((step, index) => {
    const undo = described.compensations.find((one) => one.step === step.name);
    const after = undo && undo.after.length > 0 ? `, after that of ${undo.after.join(', ')}` : '';
    return [
      String(index),
      step.name + (step.branch ? ` (${step.branch.group} › ${step.branch.branch})` : ''),
      step.phase,
      step.kind + (step.conditional ? ', maybe passed over' : ''),
      step.action ? code(step.action.command) : '',
      outcomes(step),
      undo ? code(undo.command) + after : (step.noCompensation ?? ''),
    ];
  });
}

function outcomes({ action }: Step): string {
  if (!action) return '';
  return [...action.succeeds, ...(action.rejects === null ? [] : [action.rejects])].map(code).join(', ');
}

function waitRows({ steps }: Description): Rows {
  return steps.flatMap(({ name, wait }) =>
    wait
      ? [
          [
            name,
            wait.cases
              .map(
                (one) => `${one.name}: ${code(one.event)}${one.then === 'turn-back' ? ' (turns back)' : ''}`,
              )
              .join(', '),
            lastingInWords(wait.lasts),
            answerInWords(wait.overdue),
          ],
        ]
      : [],
  );
}

function closingRows({ closings }: Description): Rows {
  return closings.map(({ closing, command, input }) => [
    closing === 'undoing' ? 'undoing begins' : 'nothing is left to undo',
    code(command),
    inputInWords(input),
  ]);
}

function eventRows({ events, unexpected }: Description): Rows {
  const rows = events.flatMap(({ event, answers, otherwise }) => [
    ...Object.entries(answers).map(([place, answer]) => [code(event), place, answerInWords(answer)]),
    ...(otherwise ? [[code(event), 'any other place', answerInWords(otherwise)]] : []),
  ]);
  return unexpected ? [...rows, ['any other', 'any place', answerInWords(unexpected)]] : rows;
}

function inputRows({ steps, compensations }: Description): Rows {
  return [
    ...steps.flatMap(({ name, action }) => (action ? [[name, inputInWords(action.input)]] : [])),
    ...compensations.map(({ step, input }) => [`undo ${step}`, inputInWords(input)]),
  ];
}

function policyRows({ steps, compensations, closings }: Description): Rows {
  const retry = ({ maxAttempts, backoff, whenExhausted, reactions }: Step['retry']) => [
    String(maxAttempts),
    backoffInWords(backoff),
    whenExhausted === 'park' ? 'parks' : 'gives up',
    Object.entries(reactions)
      .map(([of, then]) => `${code(of)}: ${then}`)
      .join(', '),
  ];
  return [
    ...steps.flatMap((step) =>
      step.action
        ? [
            [
              step.name,
              ...retry(step.retry),
              step.kind === 'child' ? '' : duration(step.attemptTimeoutMs),
              step.heartbeatTimeoutMs === null ? '' : `every ${duration(step.heartbeatTimeoutMs)}`,
              step.kind === 'external' ? duration(step.keyProtectionMs) : '',
              calls(step),
            ],
          ]
        : [],
    ),
    ...compensations.map((one) => [
      `undo ${one.step}`,
      ...retry(one.retry),
      duration(one.attemptTimeoutMs),
      '',
      '',
      one.dependency ?? '',
    ]),
    ...closings.map((one) => [`tell ${one.closing}`, ...retry(one.retry), '', '', '', '']),
  ];
}

function calls({ dependency, confirmed }: Step): string {
  const answers = confirmed
    ? [`may confirm within ${duration(confirmed.withinMs)}, else ${answerInWords(confirmed.overdue)}`]
    : [];
  return [...(dependency === null ? [] : [dependency]), ...answers].join(', ');
}

/** Empty when there is nothing to list. */
function section(title: string, head: readonly string[], rows: Rows): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`## ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function codes(all: readonly string[]): string {
  return all.map(code).join(', ');
}

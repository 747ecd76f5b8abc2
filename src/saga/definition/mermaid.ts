import { alternativeOf } from './alternatives.js';
import { reactionsOf } from './event-answers.js';
import { stagesOf } from './groups.js';
import { overdueCase } from './overdue.js';
import type { SagaDefinition, StepDefinition, WaitDefinition } from './types.js';
import { isWait } from './verify-waits.js';

/**
 * A definition as a Mermaid flowchart, for people: down the steps to `completed`; from every step that may be
 * refused a dotted line to the compensation that comes first then, and from there in reverse to `compensated`. An
 * alternative leaves the step in whose place it is taken by a line that names the codes, and what is undone first,
 * and comes back after it. Branches of a group leave what comes before it side by side, and meet in what follows.
 * What is done about an event stands beside the step at which it comes, or by itself.
 * Pure; equal definitions give equal text. The shapes: a rectangle is local, a double-framed one external, a
 * hexagon waits, with an arrow for each of its ends, and a thick border marks the pivot.
 */
export function definitionDiagram(definition: SagaDefinition): string {
  const { steps } = definition;
  const lines = ['flowchart TD', '  start([start])', ...steps.map((step, index) => `  ${node(step, index)}`)];
  lines.push('  completed([completed])', ...forward(definition), ...wayBack(definition));
  lines.push(...besideSteps(definition));
  const pivots = steps.flatMap((step, index) => (step.phase === 'pivot' ? [`s${index}`] : []));
  if (pivots.length > 0) lines.push('  classDef pivot stroke-width:4px', `  class ${pivots.join(',')} pivot`);
  return lines.join('\n');
}

function node(step: StepDefinition, index: number): string {
  const words = [
    step.name,
    ...(step.phase === 'pivot' ? ['pivot'] : []),
    ...(step.skipWhen ? ['maybe'] : []),
  ];
  const label = quoted(words.join(' · '));
  if (isWait(step)) return `s${index}{{${label}}}`;
  return step.kind === 'external' ? `s${index}[[${label}]]` : `s${index}[${label}]`;
}

function forward(definition: SagaDefinition): string[] {
  const { steps, alternatives } = definition;
  const main = steps.filter((step) => !alternativeOf(definition, step.name));
  const id = (name: string) => `s${steps.findIndex((step) => step.name === name)}`;
  const edges = [];
  /** What follows a node: branches of a group side by side, or one node. */
  const next = new Map<string, readonly string[]>();
  let open = ['start'];
  for (const stage of stagesOf(main)) {
    const branches = stage.map((branch) => branch.map(({ name }) => id(name)));
    for (const from of open) {
      next.set(
        from,
        branches.map(([first]) => first!),
      );
    }
    for (const own of branches) own.slice(1).forEach((to, index) => next.set(own[index]!, [to]));
    open = branches.map((own) => own.at(-1)!);
  }
  for (const from of open) next.set(from, ['completed']);
  const go = (from: string, to: string) =>
    labels(steps.find(({ name }) => id(name) === from)).map((label) => `  ${from} -->${label} ${to}`);
  edges.push(...[...next].flatMap(([from, all]) => all.flatMap((to) => go(from, to))));
  // Outer alternatives come before those to their steps, so that what follows a step is known by then.
  for (const { insteadOf, steps: own, on, undoTo } of alternatives) {
    const codes = on ? on.join(', ') : 'no';
    const label = quoted(undoTo === null ? codes : `${codes}, undo to ${undoTo}`);
    const ids = own.map(id);
    ids.forEach((from, index) =>
      next.set(from, index + 1 < ids.length ? [ids[index + 1]!] : (next.get(id(insteadOf)) ?? ['completed'])),
    );
    edges.push(`  ${id(insteadOf)} -- ${label} --> ${ids[0]}`);
    edges.push(...ids.flatMap((from) => next.get(from)!.flatMap((to) => go(from, to))));
  }
  return edges;
}

/** One for each end that goes on; none is said of a step that has only one and does not wait. */
function labels(step: StepDefinition | undefined): string[] {
  return step?.wait ? ends(step.wait, 'go-on').map((name) => `|${quoted(name)}|`) : [''];
}

/** By name: the cases, and its time when that is an end too. */
function ends({ cases, overdue }: WaitDefinition, then: 'go-on' | 'turn-back'): string[] {
  const byEvent = cases.filter((one) => one.then === then).map(({ name }) => name);
  return overdue.then === then ? [...byEvent, overdueCase] : byEvent;
}

/** Compensations from the last step's to the first's, then the closing command, then the end. */
function wayBack({ steps, alternatives, compensations, closings }: SagaDefinition): string[] {
  const always = new Set(alternatives.filter(({ on }) => on === null).map(({ insteadOf }) => insteadOf));
  const entries = steps.flatMap((step, index) =>
    mayTurnBack(step) && !always.has(step.name) ? [{ step, index }] : [],
  );
  if (entries.length === 0) return [];
  const undos = steps.flatMap((step, index) => {
    const bound = compensations.find((compensation) => compensation.step === step.name);
    return bound
      ? [{ index, id: `u${index}`, label: bound.command.wireName, external: bound.kind === 'external' }]
      : [];
  });
  const undone = closings.find(({ closing }) => closing === 'undone');
  const undoing = closings.find(({ closing }) => closing === 'undoing');
  const path = [...undos.map(({ id }) => id).reverse(), ...(undone ? ['undone'] : []), 'compensated'];
  const end = undone ? 'undone' : 'compensated';
  return [
    ...undos.map(({ id, label, external }) =>
      external ? `  ${id}[[${quoted(label)}]]` : `  ${id}[${quoted(label)}]`,
    ),
    ...(undone ? [`  undone[${quoted(undone.command.wireName)}]`] : []),
    '  compensated([compensated])',
    ...entries.flatMap(({ step, index }) => {
      const first = undos.filter((undo) => undo.index < index).at(-1)?.id ?? end;
      const told = undoing && index > 0 ? `, ${undoing.command.wireName}` : '';
      const noes = step.wait ? ends(step.wait, 'turn-back') : ['no'];
      return noes.map((no) => `  s${index} -. ${quoted(`${no}${told}`)} .-> ${first}`);
    }),
    ...path.slice(1).map((to, index) => `  ${path[index]} --> ${to}`),
  ];
}

/** Reactions: nothing follows them, and they hold up nothing but the end. */
function besideSteps(definition: SagaDefinition): string[] {
  return reactionsOf(definition).flatMap(({ event, place, reaction }, index) => {
    const step = definition.steps.findIndex(({ name }) => name === place);
    const node = `  r${index}[${quoted(reaction.command.wireName)}]`;
    if (step >= 0) return [node, `  s${step} -. ${quoted(event)} .-> r${index}`];
    const heard = place === 'otherwise' ? event : `${event}, ${place}`;
    return [`  e${index}([${quoted(heard)}])`, node, `  e${index} -.-> r${index}`];
  });
}

/** By a refusal, by the end of its wait, or because its attempts are used up. */
function mayTurnBack({ phase, action, wait, retry, confirmed }: StepDefinition): boolean {
  if (phase === 'retriable') return false;
  const givesUp =
    retry.whenExhausted === 'compensate' || Object.values(retry.reactions).includes('compensate');
  if (wait) return ends(wait, 'turn-back').length > 0;
  const expires = confirmed?.overdue.then === 'turn-back';
  return expires || givesUp || (action !== null && action.rejects !== null);
}

/** Mermaid reads what stands between double quotes as it is, but for the quote itself. */
function quoted(text: string): string {
  return `"${text.replaceAll('#', '#35;').replaceAll('"', '#quot;')}"`;
}

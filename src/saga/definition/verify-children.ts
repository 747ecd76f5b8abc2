import type { Finding } from './finding.js';
import type { SagaDefinition, StepDefinition } from './types.js';

/** Every child is known, can be undone where it may have to be, and none is its own ancestor. */
export function verifyChildren(definitions: readonly SagaDefinition[]): Finding[] {
  const findings: Finding[] = [];
  for (const definition of definitions) {
    for (const step of definition.steps) {
      if (!step.child) continue;
      const path = `${definition.name} v${definition.version} › ${step.name}`;
      const children = childrenOf(definitions, step);
      if (children.length === 0) {
        findings.push({
          code: 'SAGA.UNKNOWN_CHILD',
          path,
          text: `no saga "${step.child.definition}" is known`,
        });
      }
      const unable = children.find(({ steps }) => steps.some(({ phase }) => phase !== 'compensatable'));
      if (step.phase === 'compensatable' && unable) {
        const text = `"${unable.name}" v${unable.version} has a point of no return, and this step may have to be undone`;
        findings.push({ code: 'SAGA.CHILD_CANNOT_BE_UNDONE', path, text });
      }
    }
    if (descendants(definitions, definition.name).has(definition.name)) {
      const path = `${definition.name} v${definition.version}`;
      findings.push({ code: 'SAGA.CHILD_CYCLE', path, text: 'it would start itself, over its children' });
    }
  }
  return findings;
}

function childrenOf(definitions: readonly SagaDefinition[], { child }: StepDefinition): SagaDefinition[] {
  if (!child) return [];
  const { definition: wanted, version } = child;
  return definitions.filter((one) => one.name === wanted && (version === null || version === one.version));
}

function descendants(
  definitions: readonly SagaDefinition[],
  name: string,
  found = new Set<string>(),
): Set<string> {
  for (const { steps } of definitions.filter((one) => one.name === name)) {
    for (const { child } of steps) {
      if (!child || found.has(child.definition)) continue;
      found.add(child.definition);
      descendants(definitions, child.definition, found);
    }
  }
  return found;
}

import { isBlocked, simulationText } from './simulation-text.js';
import type { Simulation } from './simulator.js';
import { Counter } from './tally.js';

const simulated = (outcome: 'another-path' | 'impossible'): Simulation => {
  const inFlight = new Counter();
  for (let index = 0; index < 7; index++) {
    inFlight.add(1, { outcome, step: 'pack', difference: 'v3 has "pack" before "ship"' }, `saga-${index}`);
  }
  inFlight.add(2, { outcome: 'unaffected', step: null, difference: null }, 'saga-8');
  return { definition: 'toy', version: 3, inFlight: inFlight.tally(), ended: new Counter().tally() };
};

describe('a simulation as text', () => {
  it('counts, and gives for each difference some examples', () => {
    expect(simulationText(simulated('impossible'))).toBe(
      [
        'toy v3, for sagas of other versions',
        '',
        'In flight: 8 looked at, 1 unaffected, 7 impossible',
        '      7  of v1 impossible: v3 has "pack" before "ship"',
        '         saga-0, saga-1, saga-2, saga-3, saga-4, …',
        '',
        'Ended: 0 looked at',
      ].join('\n'),
    );
  });

  it('blocks a release where something is impossible, and not where it is only different', () => {
    expect(isBlocked(simulated('impossible'))).toBe(true);
    expect(isBlocked(simulated('another-path'))).toBe(false);
  });
});

/** What was seen of one of two versions: how many sagas, and how many of them went wrong. */
export interface Tally {
  readonly of: number;
  readonly bad: number;
}

/**
 * How strongly two tallies speak against "the candidate's rate exceeds the control's by `margin` at most", as an
 * e-value: under every pair of rates that keeps the margin its expectation is 1 at most, however often, and at whatever
 * moments, one looks. So the probability that it ever reaches 1/α is α at most (Ville 1939), and nothing has to be planned
 * ahead: neither how many are looked at, nor when.
 *
 * The numerator is Robbins' mixture: the likelihood of what was seen, averaged over all rates (Beta(½, ½) for either
 * version, independently). The denominator is the largest likelihood that any pair of rates within the margin gives it, as
 * in universal inference. It is never above the mixture over the true pair, which is a martingale: hence the guarantee.
 * It depends on the counts alone, so that any process can tell it again from what is stored.
 *
 * - H. Robbins, Statistical methods related to the law of the iterated logarithm. Ann. Math. Stat. 41, 1970.
 * - L. Wasserman, A. Ramdas, S. Balakrishnan, Universal inference. PNAS 117, 2020.
 * - S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Time-uniform, nonparametric, nonasymptotic confidence sequences. Ann.
 *   Stat. 49, 2021.
 * - R. Turner, A. Ly, P. Grünwald, Generic E-variables for exact sequential k-sample tests. J. Stat. Plan. Inference 230, 2024.
 *
 * It takes sagas as independent of each other. One that has not gone wrong counts as well until it does: either version is
 * looked at at the same ages then, so that neither seems the worse because it tells sooner.
 *
 * @param margin 0..1
 */
export function evidenceAgainst(candidate: Tally, control: Tally, margin: number): number {
  const mixture = logMixture(candidate) + logMixture(control);
  return Math.exp(mixture - logBestWithin(candidate, control, margin));
}

/** ∫ qᵇ(1−q)ⁿ⁻ᵇ dBeta(½, ½)(q) */
function logMixture({ of, bad }: Tally): number {
  return logGamma(bad + 0.5) + logGamma(of - bad + 0.5) - logGamma(of + 1) - Math.log(Math.PI);
}

/** The largest likelihood of both tallies under rates of which the candidate's exceeds the control's by the margin at most. */
function logBestWithin(candidate: Tally, control: Tally, margin: number): number {
  const rates = [candidate, control].map(({ of, bad }) => (of === 0 ? 0 : bad / of)) as [number, number];
  const likelihood = (candidateRate: number, controlRate: number) =>
    logLikelihood(candidate, candidateRate) + logLikelihood(control, controlRate);
  if (candidate.of === 0 || control.of === 0 || rates[0] - rates[1] <= margin) return likelihood(...rates);
  // Concave, so its best is at the margin, where its slope changes its sign.
  let [low, high] = [0, 1 - margin];
  for (let step = 0; step < 60; step++) {
    const rate = (low + high) / 2;
    if (slope(candidate, rate + margin) + slope(control, rate) > 0) low = rate;
    else high = rate;
  }
  const rate = (low + high) / 2;
  return likelihood(rate + margin, rate);
}

function logLikelihood({ of, bad }: Tally, rate: number): number {
  return times(bad, Math.log(rate)) + times(of - bad, Math.log(1 - rate));
}

function slope({ of, bad }: Tally, rate: number): number {
  return times(bad, 1 / rate) - times(of - bad, 1 / (1 - rate));
}

/** What never happened has no weight, however impossible it is. */
function times(count: number, value: number): number {
  return count === 0 ? 0 : count * value;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x ≥ ½, by Lanczos' approximation. */
function logGamma(x: number): number {
  const z = x - 1;
  const sum = lanczos.slice(1).reduce((all, term, n) => all + term / (z + n + 1), lanczos[0]!);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

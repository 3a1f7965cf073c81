/**
 * Bounds on a share that hold at every moment of a growing sample at once, so that looking after each decision does not
 * inflate false alarms as repeated tests at a fixed level would.
 *
 * For `count` successes of `of` trials with success probability θ the mixture
 *   M(θ) = B(count + ½, of − count + ½) / B(½, ½) / (θ^count (1 − θ)^(of − count))
 * is a nonnegative martingale that begins at 1, so by Ville's inequality it ever reaches 1/α with probability at most α. The θ with
 * M(θ) < 1/α are therefore a confidence sequence: exact for any number of looks, without a normal approximation. Source: H. Robbins,
 * "Statistical methods related to the law of the iterated logarithm" (1970), section 4; S. R. Howard et al., "Time-uniform,
 * nonparametric, nonasymptotic confidence sequences" (2021), section 3. ½ and ½ are Krichevsky and Trofimov's weights:
 * nearly the shortest bounds whatever the share is.
 */
export interface Sample {
  readonly count: number;
  readonly of: number;
}

const WEIGHT = 0.5;
/** Halvings of the interval: below 2^-40 of a share nothing is told apart. */
const HALVINGS = 40;

/** The share is below this at any time with probability at most `alpha`. */
export function lowerBound({ count, of }: Sample, alpha: number): number {
  if (count === 0) return 0;
  const limit = -Math.log(alpha);
  const constant = logBeta(count + WEIGHT, of - count + WEIGHT) - logBeta(WEIGHT, WEIGHT);
  const logMixture = (share: number) =>
    constant - count * Math.log(share) - (count === of ? 0 : (of - count) * Math.log1p(-share));
  // It falls from infinity at 0 to its least at the observed share.
  let low = 0;
  let high = count / of;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (logMixture(middle) < limit) high = middle;
    else low = middle;
  }
  return low;
}

/** The share is above this at any time with probability at most `alpha`. */
export function upperBound({ count, of }: Sample, alpha: number): number {
  return 1 - lowerBound({ count: of - count, of }, alpha);
}

/** By how much the share behind `more` exceeds the one behind `less`, at least; wrong at any time with probability at most `alpha`. */
export function excessAtLeast(more: Sample, less: Sample, alpha: number): number {
  return lowerBound(more, alpha / 2) - upperBound(less, alpha / 2);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Lanczos, g = 7, n = 9: relative error below 1e-13 for arguments from ½ on. */
const LANCZOS_FIRST = 0.999_999_999_999_809_9;
const LANCZOS = [
  676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6, 12.507_343_278_686_905,
  -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

function logGamma(x: number): number {
  const sum = LANCZOS.reduce((total, coefficient, index) => total + coefficient / (x + index), LANCZOS_FIRST);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** How one brand numbers its cards. */
interface Numbering {
  readonly brand: string;
  /** What its numbers begin with, as ranges of leading digits: `['51', '55']` is 51 to 55. */
  readonly prefixes: readonly (readonly [from: string, to: string])[];
  /** How many digits its numbers may have. */
  readonly lengths: readonly number[];
}

const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const one = (prefix: string) => [prefix, prefix] as const;

/** The first that fits counts: narrower ranges stand before the wider ones that hold them. */
const numberings: readonly Numbering[] = [
  { brand: 'visa', prefixes: [one('4')], lengths: [13, 16, 19] },
  {
    brand: 'mastercard',
    prefixes: [
      ['51', '55'],
      ['2221', '2720'],
    ],
    lengths: [16],
  },
  { brand: 'amex', prefixes: [one('34'), one('37')], lengths: [15] },
  {
    brand: 'diners',
    prefixes: [['300', '305'], one('3095'), one('36'), ['38', '39']],
    lengths: fromTo(14, 19),
  },
  { brand: 'jcb', prefixes: [['3528', '3589']], lengths: fromTo(16, 19) },
  { brand: 'discover', prefixes: [one('6011'), ['644', '649'], one('65')], lengths: fromTo(16, 19) },
  { brand: 'unionpay', prefixes: [one('62')], lengths: fromTo(16, 19) },
  {
    brand: 'maestro',
    prefixes: [one('50'), ['56', '58'], ['60', '61'], ['63', '69']],
    lengths: fromTo(12, 19),
  },
];

/** ISO/IEC 7812: what a card of no brand we know may have. */
const anyNumbering: Numbering = { brand: 'unknown', prefixes: [], lengths: fromTo(8, 19) };

/** Whose card it is, and how many digits such a card may have. */
export function brandOf(number: string): Pick<Numbering, 'brand' | 'lengths'> {
  const fits = ([from, to]: readonly [string, string]) => {
    const leading = number.slice(0, from.length);
    return leading.length === from.length && leading >= from && leading <= to;
  };
  return numberings.find(({ prefixes }) => prefixes.some(fits)) ?? anyNumbering;
}

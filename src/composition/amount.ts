/** Minor units as people write them, e.g. `EUR 37.80`. */
export function amount(minorUnits: number, currency: string): string {
  return `${currency} ${decimal(minorUnits, currency)}`;
}

/** Minor units in the currency's own unit, e.g. `37.80`. */
export function decimal(minorUnits: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (minorUnits / 10 ** digits).toFixed(digits);
}

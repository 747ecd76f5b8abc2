/** What all sagas of a group have in common. */
export interface FailureKey {
  readonly definition: string;
  readonly version: number;
  /** The failing step. */
  readonly step: string;
  readonly errorCode: string;
}

/** Minor units of a currency. */
export interface Money {
  readonly currency: string;
  readonly amount: number;
}

/** Pieces of a product. */
export interface Goods {
  readonly sku: string;
  readonly quantity: number;
}

/** What a group of failing sagas puts at risk. */
export interface FailureRisk extends FailureKey {
  /** By currency. */
  readonly money: readonly Money[];
  /** By product. */
  readonly stock: readonly Goods[];
}

/**
 * What is at stake while sagas fail. Sagas know no money and no goods: whoever knows them provides this class;
 * without it nothing is shown to be at risk.
 */
export abstract class RiskBooks {
  /** For all groups of `saga.failure_books`, in few statements however many sagas there are. Groups with nothing at risk may be missing. */
  abstract ofFailures(): Promise<readonly FailureRisk[]>;

  /** The money at risk of these sagas, by currency: of a business object that several of them are about, once. */
  abstract moneyOf(sagaIds: readonly string[]): Promise<readonly Money[]>;
}

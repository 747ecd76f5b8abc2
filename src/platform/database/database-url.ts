/** Where the database is. A class, so that it is its own injection token. */
export class DatabaseUrl {
  constructor(readonly value: string) {}
}

/** Holds back requests whose name is closed, so that a test decides how two of them overlap. */
export class Gate {
  private readonly closed = new Map<string, { arrived: () => void; opened: Promise<void> }>();

  /** Closes the gate for a name. `arrived` resolves when a request stands before it; `open` lets it pass. */
  close(name: string): { arrived: Promise<void>; open: () => void } {
    let arrive = () => {};
    let open = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.closed.set(name, { arrived: arrive, opened });
    return { arrived, open };
  }

  async pass(name: string): Promise<void> {
    const gate = this.closed.get(name);
    if (!gate) return;
    this.closed.delete(name);
    gate.arrived();
    await gate.opened;
  }
}

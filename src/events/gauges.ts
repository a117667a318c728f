/** The current state of each part of a run, read on demand: the snapshot that a signal prints. */

/** Names and values. For a list, one record for each member. */
export type Section = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

export type Sections = Readonly<Record<string, Section>>;

/** Each part of a run adds its section when it starts. Reading a section changes nothing. */
export class Gauges {
  readonly #reads = new Map<string, () => Section>();

  /** A second section with the same name replaces the first one. */
  add(name: string, read: () => Section): void {
    this.#reads.set(name, read);
  }

  /** The section with this name. Empty when it does not exist, or is a list. */
  section(name: string): Readonly<Record<string, unknown>> {
    const section = this.#reads.get(name)?.() ?? {};
    return Array.isArray(section) ? {} : (section as Readonly<Record<string, unknown>>);
  }

  read(): Sections {
    return Object.fromEntries([...this.#reads].map(([name, read]) => [name, read()]));
  }
}

/** One line for each section, and for each member of a list. */
export function snapshotLines(sections: Sections, at: Date): string[] {
  const lines = Object.entries(sections).flatMap(([name, section]) =>
    Array.isArray(section)
      ? [`  ${name}: ${section.length}`, ...section.map((member) => `    ${textOf(member)}`)]
      : [`  ${name}: ${textOf(section as Readonly<Record<string, unknown>>)}`],
  );
  return [`snapshot at ${at.toISOString()}`, ...lines];
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`)
    .join(', ');
}

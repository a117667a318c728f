/** What each part of a run is doing right now, asked for while it goes on: the snapshot that a signal prints. */

/** Names and values; of a list, one for each of its members. */
export type Section = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

export type Sections = Readonly<Record<string, Section>>;

/** Whoever has something to show puts it here when it begins; reading disturbs nobody. */
export class Gauges {
  readonly #reads = new Map<string, () => Section>();

  /** A second one of that name takes the place of the first. */
  add(name: string, read: () => Section): void {
    this.#reads.set(name, read);
  }

  /** One of them; empty where it is not there, or is a list. */
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

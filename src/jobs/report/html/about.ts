/** Disks, machines, options and versions. */
import { localTimeOf } from '../../../lib/text/local-time.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { say } from '../../../texts/say.js';
import type { SharedStatus } from '../../status/shared-status-text.js';
import type { Status } from '../../status/status-text.js';
import type { Report } from '../report.js';
import { paragraph, section, table } from './parts.js';
import { called, esc, type Html, name } from './text.js';

/** Machines and disks beyond that are not shown: their number is. */
const SHOWN = 500;

export function volumesSection({ status }: Report): Html {
  return 'job' in status ? machinesSection(status) : localVolumes(status);
}

function localVolumes({ volumes = [] }: Status): Html {
  const { sections, volumes: text, unknown } = say.jobs.report;
  if (volumes.length === 0) return section(sections.volumes, paragraph(unknown));
  return section(
    sections.volumes,
    table(
      [{ title: text.path }, { title: text.free, isNumber: true }, { title: text.state }],
      volumes
        .slice(0, SHOWN)
        .map(({ path, freeBytes, freeInodes, state, reason }) => [
          name(path, 60),
          freeBytes === undefined ? esc(unknown) : freeText(freeBytes, freeInodes),
          esc(called(text.states, state)) +
            (reason === undefined ? '' : `<br><span class="note">${name(reason, 160)}</span>`),
        ]),
    ),
  );
}

function freeText(bytes: number, inodes: number | undefined): Html {
  const also =
    inodes === undefined ? '' : `<br><span class="note">${esc(say.jobs.report.volumes.inodes(inodes))}</span>`;
  return esc(formatBytes(bytes)) + also;
}

function machinesSection({ workers }: SharedStatus): Html {
  const { sections, machines: text, volumes, unknown, failures } = say.jobs.report;
  const numbers = [text.objects, text.failed, text.bytes].map((title) => ({ title, isNumber: true }));
  const disks = workers.flatMap((worker) => worker.volumes.map((volume) => ({ ...volume, machine: worker.name })));
  const rest = Math.max(0, workers.length - SHOWN) + Math.max(0, disks.length - SHOWN);
  return [
    section(
      sections.machines,
      workers.length === 0
        ? paragraph(unknown)
        : table(
            [{ title: text.name }, { title: text.state }, ...numbers],
            workers
              .slice(0, SHOWN)
              .map(({ name: own, state, objects, failed, bytes }) => [
                name(own),
                esc(called(text.states, state)),
                formatCount(objects),
                formatCount(failed),
                esc(formatBytes(bytes)),
              ]),
          ),
    ),
    section(
      sections.volumes,
      table(
        [
          { title: text.name },
          { title: volumes.path },
          { title: volumes.free, isNumber: true },
          { title: volumes.state },
        ],
        disks
          .slice(0, SHOWN)
          .map(({ machine, path, freeBytes, state }) => [
            name(machine),
            name(path, 60),
            esc(freeBytes === undefined ? unknown : formatBytes(freeBytes)),
            esc(called(volumes.states, state)),
          ]),
      ),
      rest > 0 ? paragraph(failures.more(rest), 'note') : '',
    ),
  ].join('\n');
}

export function optionsSection({ options }: Report): Html {
  const { sections, options: text } = say.jobs.report;
  if (options === undefined) return section(sections.options, paragraph(text.unknown));
  return section(
    sections.options,
    table(
      [{ title: text.name }, { title: text.value }],
      Object.entries(options).map(([option, value]) => [
        name(`--${option}`),
        Array.isArray(value) ? value.map((one) => name(one, 100)).join('<br>') : name(String(value), 200),
      ]),
    ),
  );
}

export function versionsSection({ versions, runs }: Report): Html {
  const { sections, versions: text, unknown } = say.jobs.report;
  const shown = (value: string | undefined) => (value === undefined ? esc(unknown) : name(value, 60));
  const ofRuns = runs.known.map(({ command, startedAt, version, node, platform, host }) => [
    esc(text.run(command, localTimeOf(startedAt))),
    ...[version, node, platform, host].map(shown),
  ]);
  const titles = ['', text.sluice, text.node, text.platform, text.host].map((title) => ({ title }));
  return section(
    sections.versions,
    table(titles, [
      [esc(text.report), ...[versions.sluice, versions.node, versions.platform].map(shown), ''],
      ...ofRuns,
    ]),
  );
}

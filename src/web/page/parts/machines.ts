/** With `--queue`: all machines of the job, what they hold, which are lost, and their shares of the limits. */
import type { LimitsPicture, MachinePicture } from '../../../events/picture/picture.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { Words } from '../words/words.js';
import { h, Rows, section, setAttribute, setOutside, setText, show } from './dom.js';
import type { Part } from './part.js';

const COLUMNS = ['name', 'state', 'speed', 'stored', 'failed', 'holds', 'share'] as const;
type Column = (typeof COLUMNS)[number];

export function createMachines(words: Words): Part {
  const { machines } = words.page;
  const body = h('tbody');
  const heads = COLUMNS.map((name) => h('th', { scope: 'col', class: `column-${name}` }, machines[name]));
  const caption = h('caption', { class: 'unseen' }, machines.caption);
  const table = h('table', {}, caption, h('thead', {}, h('tr', {}, ...heads)), body);
  const count = h('span', { class: 'beside' });
  const element = section('machines', machines.title, table);
  element.querySelector('h2')!.after(count);
  let nowMs = 0;
  const rows = new Rows<MachinePicture, ReturnType<typeof machineRow>>(
    body,
    () => machineRow(words),
    (row, machine) => row.change(machine, nowMs),
  );
  return {
    element,
    update({ machines: all, atMs }) {
      show(element, all !== undefined);
      if (all === undefined) return;
      nowMs = atMs;
      const lost = all.filter(({ isLost }) => isLost).length;
      setText(count, machines.total(all.length - lost, lost));
      rows.update(all);
    },
  };
}

function machineRow(words: Words) {
  const { machines, failures } = words.page;
  // Its heading stands beside each value where the screen is narrow.
  const cell = (name: Column) => h('td', { 'data-name': machines[name], class: `column-${name}` });
  const cells: Record<Column, HTMLElement> = {
    name: cell('name'),
    state: cell('state'),
    speed: cell('speed'),
    stored: cell('stored'),
    failed: cell('failed'),
    holds: cell('holds'),
    share: cell('share'),
  };
  const name = h('span');
  const here = h('span', { class: 'chip' }, machines.here);
  cells.name.append(name, ' ', here);
  const element = h('tr', {}, ...COLUMNS.map((column) => cells[column]));
  return {
    element,
    change(machine: MachinePicture, nowMs: number) {
      setOutside(name, machine.name, failures.hidden);
      show(here, machine.isThis);
      setAttribute(element, 'data-state', machine.isLost ? 'lost' : 'works');
      setText(cells.state, stateOf(machine, nowMs, words));
      setText(cells.speed, speedOf(machine, words));
      setText(cells.stored, `${formatCount(machine.stored)} (${formatBytes(machine.bytes)})`);
      setText(cells.failed, formatCount(machine.failed));
      setText(cells.holds, formatCount(machine.holds));
      setText(cells.share, limitsText(machine.limits, words));
    },
  };
}

function stateOf({ isLost, isDone, isPaused, role, seenAtMs }: MachinePicture, nowMs: number, words: Words): string {
  const { machines } = words.page;
  if (isLost) return machines.lost(words.progress.duration(Math.max(0, nowMs - seenAtMs) / 1000));
  if (isDone) return machines.done;
  const does = machines.roles[role] ?? machines.works;
  return isPaused ? machines.paused(does) : does;
}

function speedOf(
  { bytesPerSecond, objectsPerSecond }: MachinePicture,
  { page, progress: { screen, line } }: Words,
): string {
  const parts = [
    bytesPerSecond === undefined ? '' : screen.rate(formatBytes(bytesPerSecond)),
    objectsPerSecond === undefined ? '' : page.state.objectRate(formatCount(objectsPerSecond)),
  ];
  return parts.filter(Boolean).join(line.between) || page.noData;
}

function limitsText(limits: LimitsPicture, { page: { machines }, progress: { line } }: Words): string {
  const { bytesPerSecond, objectsPerSecond, listsPerSecond, concurrency } = limits;
  const parts = [
    bytesPerSecond === undefined ? '' : machines.limits.bytes(formatBytes(bytesPerSecond)),
    objectsPerSecond === undefined ? '' : machines.limits.objects(numberText(objectsPerSecond)),
    listsPerSecond === undefined ? '' : machines.limits.lists(numberText(listsPerSecond)),
    concurrency === undefined ? '' : machines.limits.concurrency(formatCount(concurrency)),
  ];
  return parts.filter(Boolean).join(line.between) || machines.noLimit;
}

/** A share of a small limit is less than one. */
function numberText(value: number): string {
  return value >= 10 || Number.isInteger(value) ? formatCount(value) : value.toFixed(1);
}

/** Checks of the listing: credentials, the size and the order of pages. Goes down until it has seen an object. */
import { type TransferError, toTransferError } from '../../../errors.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { ObjectEntry } from '../../../model/entry.js';
import { listerOf } from '../../../sources/capabilities.js';
import type { ListedPage, Source } from '../../../sources/source.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';

/** Listing requests at most, without those that the server refuses for their form. */
const MOST_PAGES = 5;

export interface Sample {
  /** Objects of the pages that were seen. */
  readonly entries: readonly ObjectEntry[];
  /** Mean of their sizes. Undefined without one. */
  readonly meanBytes: number | undefined;
}

interface SeenPage {
  readonly scope: string;
  readonly page: Awaited<ReturnType<NonNullable<Source['lister']>['listPage']>>;
  readonly tookMs: number;
}

const NO_SAMPLE: Sample = { entries: [], meanBytes: undefined };

export async function checkListing(
  source: Source,
  pageSize: number,
): Promise<{ checks: Check[]; sample: Sample | undefined }> {
  const seen: SeenPage[] = [];
  const texts = say.doctor.listing;
  try {
    await look(source, seen);
  } catch (thrown) {
    const error = toTransferError(thrown);
    // What the first page says of the credentials and the bucket counts; a folder deeper down may be gone.
    if (seen.length === 0) return { checks: [refusal(error)], sample: undefined };
  }
  const [first] = seen;
  const doubt = first?.page.doubt;
  if (doubt !== undefined) {
    const { code, message } = doubt.error;
    return { checks: [problem('listing', message, texts.doubtAdvice, { code })], sample: undefined };
  }
  const listed = source.diagnosis?.isUnsigned ? texts.listed(source.url) : texts.accepted(source.url);
  const accepted = ok('credentials', listed, { source: source.url });
  if (first === undefined) return { checks: [accepted], sample: NO_SAMPLE };
  const rows = seen.reduce((sum, { page }) => sum + rowsOf(page), 0);
  const checks = [accepted, checkPageSize(source, largestOf(seen), pageSize), checkOrder(seen, rows)];
  return { checks, sample: sampleOf(seen) };
}

/** Adds the pages of the first folders until one has an object. */
async function look(source: Source, seen: SeenPage[]): Promise<void> {
  const lister = listerOf(source);
  let scope: string | undefined = '';
  let cursor: string | undefined;
  while (scope !== undefined && seen.length < MOST_PAGES) {
    const since = performance.now();
    const page: SeenPage['page'] = await lister.listPage(scope, cursor);
    seen.push({ scope, page, tookMs: performance.now() - since });
    if (page.entries.length > 0 || page.doubt !== undefined) return;
    // An empty page that is not the last one has its rows on the next.
    const [folder] = page.directories ?? [];
    cursor = folder === undefined ? page.nextCursor : undefined;
    scope = folder ?? (cursor === undefined ? undefined : scope);
  }
}

/** The message of the error has the advice. */
function refusal({ code, message }: TransferError): Check {
  const check = code === 'ERR_AUTH' ? 'credentials' : 'listing';
  const advice = code === 'ERR_THROTTLED' ? say.doctor.rate.advice : undefined;
  return problem(check, message, advice, { code });
}

/** The page that tells most about the size: one that the server has cut, or else the longest. */
function largestOf(seen: readonly SeenPage[]): SeenPage {
  const cut = seen.find(({ page }) => page.nextCursor !== undefined && rowsOf(page) > 0);
  return cut ?? seen.reduce((one, other) => (rowsOf(other.page) > rowsOf(one.page) ? other : one));
}

function checkPageSize({ diagnosis }: Source, { page, tookMs }: SeenPage, pageSize: number): Check {
  const rows = rowsOf(page);
  const hasMore = page.nextCursor !== undefined;
  const form = diagnosis?.pageForm?.();
  const asked = form?.rows ?? pageSize;
  const data = { pageSize, asked, rows, hasMore, format: form?.format, tookMs: Math.round(tookMs) };
  const values = { rows: formatCount(rows), asked: formatCount(asked), tookMs: Math.round(tookMs) };
  const texts = say.doctor.listing;
  if (asked < Math.min(pageSize, form?.mostRows ?? pageSize))
    return warning('page-size', texts.sizeRefused(formatCount(pageSize), values), texts.sizeAdvice(asked), data);
  if (!hasMore) return ok('page-size', texts.wholeFolder(values), data);
  return rows < asked
    ? ok('page-size', texts.smallerPage(values), data)
    : ok('page-size', texts.fullPage(values), data);
}

/** Files and folders each by themselves: servers differ in which come first. */
function checkOrder(seen: readonly SeenPage[], rows: number): Check {
  const texts = say.doctor.listing;
  const lists = seen.flatMap(({ page }) => [page.entries.map(({ key }) => key), page.directories ?? []]);
  const longest = Math.max(...lists.map(({ length }) => length));
  const data = { rows, isSorted: longest < 2 ? undefined : lists.every(isSorted) };
  if (longest < 2) return ok('order', texts.orderUnknown, data);
  return ok('order', data.isSorted ? texts.sorted(formatCount(rows)) : texts.unsorted(formatCount(rows)), data);
}

/** By bytes of UTF-8, as stores sort. */
function isSorted(keys: readonly string[]): boolean {
  return keys.every(
    (key, index) => index === 0 || Buffer.compare(Buffer.from(keys[index - 1]!), Buffer.from(key)) <= 0,
  );
}

function rowsOf({ entries, directories = [], rejects = [] }: Partial<ListedPage>): number {
  return (entries?.length ?? 0) + directories.length + rejects.length;
}

function sampleOf(seen: readonly SeenPage[]): Sample {
  const entries = seen.flatMap(({ page }) => page.entries);
  const sizes = entries.flatMap(({ size }) => size ?? []);
  const sum = sizes.reduce((one, other) => one + other, 0);
  return { entries, meanBytes: sizes.length === 0 ? undefined : sum / sizes.length };
}

export interface Usage {
  /** Undefined = the server does not tell. */
  readonly bytes: number | undefined;
  /** From the mean size of the sample. */
  readonly objects: number | undefined;
}

/** How large SOURCE is: for the space on the disks. */
export async function checkUsage(
  source: Source,
  { entries, meanBytes }: Sample,
): Promise<{ check: Check; usage: Usage }> {
  const texts = say.doctor.listing;
  const bytes = await source.usageBytes?.();
  if (bytes === undefined) return { check: ok('size', texts.sizeUnknown), usage: { bytes, objects: undefined } };
  const objects =
    meanBytes === undefined || meanBytes === 0 ? undefined : Math.max(entries.length, Math.round(bytes / meanBytes));
  const message =
    objects === undefined
      ? texts.size(formatBytes(bytes))
      : texts.sizeAndObjects(
          formatBytes(bytes),
          formatCount(objects),
          formatBytes(meanBytes!),
          formatCount(entries.length),
        );
  return {
    check: ok('size', message, { bytes, objectsEstimated: objects, meanBytes, sampled: entries.length }),
    usage: { bytes, objects },
  };
}

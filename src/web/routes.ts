/** What can be asked for: path → what answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Controls, Watch } from '../events/picture/watch.js';
import { say } from '../texts/say.js';
import { type Answer, answer, answerJson, EVENT_STREAM, type Refusal, refuse, TEXT } from './answers.js';
import { ChangeBudget } from './change-budget.js';
import type { Asked } from './guard.js';
import { isEmptyBody, readLimitsChange } from './limits-change.js';
import { payloadOf } from './payload.js';
import { readSmallBody } from './small-body.js';
import { troubleOf } from './trouble.js';
import type { Viewers } from './viewers.js';

const MAX_BODY_BYTES = 4096;

export interface Route extends Asked {
  readonly method: 'GET' | 'POST';
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export interface RoutesOptions {
  /** Undefined until the run begins. */
  readonly watch: () => Watch | undefined;
  readonly viewers: Viewers;
  /** Takes secrets out of messages. */
  readonly redact: (text: string) => string;
  /** The answer to `/metrics`. */
  readonly metrics: () => Promise<Answer>;
  /** Without them there are no controls either. */
  readonly page: ReadonlyMap<string, Answer> | undefined;
}

/** The table of all paths. Nothing else is answered. */
export function routesOf({ watch, viewers, redact, metrics, page }: RoutesOptions): ReadonlyMap<string, Route> {
  const get = (handle: Route['handle'], isPublic = false): Route => ({
    ...{ method: 'GET', isPublic, isControl: false, handle },
  });
  /** What needs a run that has begun. */
  const about = (read: (watch: Watch) => unknown, change = (json: string) => json) =>
    get((request, response) => {
      const found = watch();
      if (found === undefined) refuse(request, response, { status: 503, text: say.web.notBegun, headers: RETRY });
      else answerJson(response, change(JSON.stringify(read(found))));
    });
  const budget = new ChangeBudget();
  const control = (change: Change): Route => ({
    ...{ method: 'POST', isPublic: false, isControl: true },
    handle: (request, response) => changeRun(request, response, { watch, viewers, budget, change }),
  });
  const routes: [string, Route][] = [
    ['/status.json', about((found) => payloadOf(found, page !== undefined))],
    ['/history.json', about((found) => found.history())],
    ['/failures.json', about((found) => found.failures(), redact)],
    ['/events', get((request, response) => join(viewers, request, response))],
    ['/metrics', get(async (_request, response) => answer(response, await metrics()))],
    ['/healthz', get((_request, response) => tellHealth(response, watch()))],
  ];
  if (page === undefined) return new Map(routes);
  const files = [...page].map(([path, file]): [string, Route] => [
    path,
    get((_request, response) => answer(response, file), true),
  ]);
  const controls: [string, Route][] = [
    ['/control/pause', control((text, run, by) => plainly(text, () => run.pause(by)))],
    ['/control/resume', control((text, run, by) => plainly(text, () => run.resume(by)))],
    ['/control/limits', control(changeLimits)],
  ];
  return new Map([...routes, ...files, ...controls]);
}

const RETRY = { 'retry-after': '2' };

function join(viewers: Viewers, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'HEAD') answer(response, { type: EVENT_STREAM, body: '' });
  else if (viewers.isFull) refuse(request, response, { status: 503, text: say.web.tooManyViewers, headers: RETRY });
  else viewers.add(response);
}

/** A run that has not begun is not in trouble: it opens its folders. */
function tellHealth(response: ServerResponse, watch: Watch | undefined): void {
  const trouble = watch && troubleOf(watch.picture());
  answer(response, { status: trouble === undefined ? 200 : 503, type: TEXT, body: `${trouble ?? 'ok'}\n` });
}

/** Does what a body says. Returns what is wrong with it, if something is. */
type Change = (text: string, controls: Controls, by: string) => string | undefined;

function plainly(text: string, change: () => void): string | undefined {
  if (!isEmptyBody(text)) return say.web.noFields;
  change();
  return undefined;
}

function changeLimits(text: string, controls: Controls, by: string): string | undefined {
  const change = readLimitsChange(text);
  if (typeof change === 'string') return change;
  controls.setLimits(change, by);
  return undefined;
}

interface Changing {
  readonly watch: () => Watch | undefined;
  readonly viewers: Viewers;
  readonly budget: ChangeBudget;
  readonly change: Change;
}

/** The answer is the picture after the change, and all viewers see it at once. */
async function changeRun(
  request: IncomingMessage,
  response: ServerResponse,
  { watch, viewers, budget, change }: Changing,
): Promise<void> {
  const no = (refusal: Refusal) => refuse(request, response, refusal);
  const found = watch();
  if (found === undefined) return no({ status: 503, text: say.web.notBegun, headers: RETRY });
  if (found.controls === undefined) return no({ status: 409, text: say.web.noControls });
  const text = await readSmallBody(request, MAX_BODY_BYTES);
  if (text === undefined) return no({ status: 413, text: say.web.tooLarge(MAX_BODY_BYTES) });
  // The run may have ended while the body came.
  const { controls } = found;
  if (controls === undefined) return no({ status: 409, text: say.web.noControls });
  if (budget.isSpent) return no({ status: 429, text: say.web.tooManyChanges, headers: RETRY });
  const problem = change(text, controls, say.web.by((request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')));
  if (problem !== undefined) return no({ status: 400, text: problem });
  budget.spend();
  answerJson(response, JSON.stringify(payloadOf(found, true)));
  viewers.tick();
}

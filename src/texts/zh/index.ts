/** All texts for people, in Chinese. */

import type { en } from '../en/index.js';
import { cli } from './cli.js';
import { config } from './config.js';
import { disks } from './disks/index.js';
import { doctor } from './doctor.js';
import { errors } from './errors.js';
import { completion } from './help/completion.js';
import { help } from './help.js';
import { jobs } from './jobs/index.js';
import { log } from './log.js';
import { network } from './network.js';
import { notices } from './notices.js';
import { options } from './options.js';
import { progress } from './progress.js';
import { queue } from './queue.js';
import { alerts } from './run/alerts.js';
import { forecast } from './run/forecast.js';
import { lists } from './run/lists.js';
import { summary } from './run/summary.js';
import { web } from './run/web.js';
import { s3 } from './sources/s3.js';
import { sources } from './sources/sources.js';
import { urls } from './sources/urls.js';

export const zh: typeof en = {
  alerts,
  cli,
  completion,
  config,
  disks,
  doctor,
  errors,
  forecast,
  help,
  jobs,
  lists,
  log,
  network,
  notices,
  options,
  progress,
  queue,
  s3,
  sources,
  summary,
  urls,
  web,
};

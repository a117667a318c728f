/** The server of the dashboard and of the metrics: where it is, and why it refuses a request. */

export interface LimitBounds {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

export const web = {
  /** What is printed when it begins. */
  dashboard: (url: string) => `dashboard: ${url}`,
  metrics: (url: string) => `metrics: ${url}`,
  withHeader: (url: string, token: string) => `${url} (with the header Authorization: Bearer ${token})`,
  notOpened: (option: string, address: string, why: string) => `${option}: ${address} cannot be used: ${why}`,
  inUse: 'another program listens there. Give another address, such as :8191, or port 0 for a free one',
  notAllowed: 'only root may use this port. Give one from 1024 on',
  notOfThisMachine: 'it is no address of this machine',
  noName: 'there is no machine of this name',
  tokenAlone: '--dashboard-token-file needs --dashboard or --metrics',
  weakToken: (place: string) =>
    `${place}: a token has 16 to 256 letters, digits, and - . _ ~ + / =. For one: openssl rand -hex 24`,
  noTokenInJson:
    'other machines can reach this address, so a token is needed; JSON never has one. Give it in --dashboard-token-file or SLUICE_DASHBOARD_TOKEN',
  /** Who has paused a run, for the log. */
  by: (address: string) => `the dashboard, from ${address}`,
  defect: (why: string) => `the dashboard cannot answer a request: ${why}. The copy goes on`,

  /** What a client gets instead of its answer. */
  notFound: 'there is nothing here',
  wrongHost: 'this server answers only to the names of this machine: 127.0.0.1, [::1] and localhost',
  foreignOrigin: 'a page of another site may not ask',
  noToken: 'a token is needed: Authorization: Bearer TOKEN. It stands in the link that Sluice printed when it began',
  noOrigin: 'a request without Origin needs a token',
  noControlHeader: 'the header X-Sluice-Control: 1 is needed',
  noJsonType: 'the header Content-Type: application/json is needed',
  wrongMethod: (allowed: readonly string[]) => `only ${allowed.join(', ')}`,
  notBegun: 'the run has not begun yet',
  noControls: 'no run works on this job now, so there is nothing to change',
  tooLarge: (bytes: number) => `the body is too large (${bytes} bytes at most), or not whole`,
  tooManyChanges: 'the run was changed too often in the last seconds; try again soon',
  tooManyViewers: 'too many pages watch this job already',
  failed: 'an unexpected error; Sluice has printed it',
  noFields: 'the body must be empty, or {}',
  noJsonObject: 'the body must be a JSON object',
  noLimits: (names: readonly string[]) => `the body must name a limit: ${names.join(', ')}`,
  unknownLimit: (names: readonly string[]) => `the body names something else than ${names.join(', ')}`,
  wrongLimit: (name: string, { min, max, isWhole }: LimitBounds) =>
    `${name}: expected null, or a ${isWhole ? 'whole number' : 'number'} from ${min} to ${max}`,
};

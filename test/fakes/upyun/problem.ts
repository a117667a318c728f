// Upyun's error answers: the HTTP status is the first three digits of the code.

export interface Problem {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
}

/** The documented errors this server can answer with. */
export const PROBLEMS = {
  wrongUri: problem(40001000, 'wrong uri'),
  listArguments: problem(40001005, 'invalid x-list-iter or x-list-limit'),
  listType: problem(40001008, 'list type error'),
  invalidUtf8: problem(40001021, 'uri is not valid utf8'),
  badRange: problem(40001161, 'invalid range'),
  needDate: problem(40100001, 'need a date header'),
  dateOffset: problem(40100002, 'date offset error'),
  unknownRealm: problem(40100003, 'unknown realm in authorization header'),
  needAuthorization: problem(40100004, 'need authorization header'),
  signature: problem(40100005, 'signature error'),
  unknownOperator: problem(40100006, 'user not exists'),
  password: problem(40100009, 'password error'),
  unknownBucket: problem(40100012, 'bucket not exists'),
  invalidDate: problem(40100016, 'invalid date value in header'),
  // Three codes are known for the prefix token; which is which is not.
  tokenIncomplete: problem(40100022, 'token: prefix or postfix and expire are needed'),
  tokenExpired: problem(40100023, 'token: expired'),
  tokenUri: problem(40100024, 'token: uri not covered'),
  listOrder: problem(40300014, 'x-list-order error'),
  notFile: problem(40300015, 'not a file'),
  flatListClosed: problem(40300031, 'listing files is not allowed'),
  antiLeech: problem(40310013, 'token expired or invalid'),
  missing: problem(40400001, 'file or directory not found'),
  notFolder: problem(40401006, 'file type error'),
  method: problem(40500001, 'method not allowed'),
  precondition: problem(41200001, 'precondition failed'),
  badCdnRange: problem(41610001, 'range not satisfiable'),
  unknown: problem(50300000, 'unknown error'),
} as const;

/** A problem that a test makes up; without a code it gets the first one of its status. */
export function problemOf(status: number, code = status * 100_000 + 1): Problem {
  return { status, code, msg: `scripted error ${code}` };
}

function problem(code: number, msg: string): Problem {
  return { status: Math.floor(code / 100_000), code, msg };
}

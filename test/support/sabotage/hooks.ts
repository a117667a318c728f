// Puts a module of the product behind one that looks the same, but goes wrong in one of its exports.

import type { LoadHook } from 'node:module';
import { parsePlan } from './plan.js';

const WHOLE = '?whole';

export const load: LoadHook = (url, context, nextLoad) => {
  const plan = parsePlan(process.env.SLUICE_SABOTAGE);
  if (plan === undefined || url.endsWith(WHOLE) || !url.endsWith(`/src/${plan.module}.js`))
    return nextLoad(url, context);
  const whole = JSON.stringify(url + WHOLE);
  const saboteur = JSON.stringify(new URL('./saboteur.js', import.meta.url).href);
  const source = `
    export * from ${whole};
    import { ${plan.name} as whole } from ${whole};
    import { sabotaged } from ${saboteur};
    export const ${plan.name} = sabotaged(whole);
  `;
  return { format: 'module', source, shortCircuit: true };
};

// Joins the modules of the command into few files: Node 20 takes 0.5 ms of processor time for each ES module.
const OWN = /^(\.|\/)/;

// Packages stay where they are.
const external = (id) => !OWN.test(id);
const dir = 'dist/bin/sluice';
const format = 'es';
const entryFileNames = '[name].js';

export default [
  {
    input: ['dist/src/cli/main.js', 'dist/src/sinks/thread/volume-thread.js'],
    external,
    output: { dir, format, entryFileNames, chunkFileNames: '[name]-[hash].js' },
  },
  {
    // By itself: what it shares with the command would become further files, and each run would load them.
    input: ['dist/src/jobs/doctor/disks/disk-thread.js'],
    external,
    output: { dir, format, entryFileNames, inlineDynamicImports: true },
  },
  {
    // For the browser, which finds no packages: uPlot lies beside it.
    input: 'dist/src/web/page/main.js',
    external,
    output: { file: 'dist/src/web/page/page.js', format, paths: { uplot: './uplot.js' } },
  },
];

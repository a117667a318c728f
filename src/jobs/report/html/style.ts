/** The style of the page: light and dark, and on paper. It names nothing outside of the page. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--paper:#fff;--soft:#f6f8fa;--good:#116329;--bad:#b3151d;--one:#0550ae;--two:#8250df}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa4af;--line:#373e47;--paper:#0d1117;--soft:#161b22;--good:#56d364;--bad:#ff7b72;--one:#79c0ff;--two:#d2a8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 3rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:1.5rem;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .5rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
p{margin:.4rem 0}
.note{color:var(--dim);font-size:.9em}
.good{color:var(--good);font-weight:600}
.bad{color:var(--bad);font-weight:700}
.wide{overflow-x:auto}
td:has(.bar){width:50%}
table.sum{width:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tbody th{font-weight:400}
thead th{color:var(--dim);font-weight:600;font-size:.85em}
.number{text-align:right;white-space:nowrap}
tr.sum th,tr.sum td{font-weight:700;border-top:2px solid var(--line)}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1rem;margin:.5rem 0}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}
ul{margin:.4rem 0;padding-left:1.2rem}
li{overflow-wrap:anywhere}
.name,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
figure{margin:.8rem 0}
figcaption{color:var(--dim);font-size:.9em}
svg{width:100%;height:8rem;display:block}
polyline{fill:none;stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linecap:round}
.one{stroke:var(--one)}
.two{stroke:var(--two)}
.axis{stroke:var(--line)}
.ends{display:flex;justify-content:space-between;color:var(--dim);font-size:.85em}
.bar{display:block;max-width:100%;height:.8em;min-width:1px;background:var(--one);print-color-adjust:exact;-webkit-print-color-adjust:exact}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--line:#bbb;--paper:#fff;--soft:#fff;--good:#116329;--bad:#b3151d;--one:#0550ae;--two:#8250df}body{max-width:none;padding:0;font-size:10pt}section,tr,figure{break-inside:avoid}h2{break-after:avoid}section.long{break-inside:auto}}
`.trim();

/** The error page's style: system fonts, light and dark by the reader's choice, readable at the width of a phone. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --card: #ffffff; --line: #e2e1dc; --text: #1d1c1a; --soft: #6b6963; --red: #c2272d; --wash: #fdecec; --edge: #e5484d;
  --code: #fbfbf9; --word: #8a2be2; --string: #1a7f45; --comment: #7d7a72; --number: #b0570b; --call: #1459b3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131315; --card: #1b1b1e; --line: #303036; --text: #ececee; --soft: #9c9ca6; --red: #ff7a7d; --wash: #3a1a1d; --edge: #e5484d;
    --code: #161618; --word: #c7a0ff; --string: #7fd6a0; --comment: #85858f; --number: #f0ab6b; --call: #82b4ff;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 13.5px; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; padding-top: 1.5rem; color: var(--soft); font-size: 14px; }
header b { color: var(--edge); letter-spacing: .06em; }
header code { margin-left: auto; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-top: 3px solid var(--edge); border-radius: 10px; margin-top: .75rem; padding: 1.25rem 0 0; overflow: hidden; }
.name, h1, h2, .path { padding: 0 1.25rem; }
.name { color: var(--red); font-weight: 600; font-size: 14px; }
h1, h2 { font-size: 1.5rem; line-height: 1.3; font-weight: 650; white-space: pre-wrap; overflow-wrap: anywhere; margin-bottom: 1rem; }
h2 { font-size: 1.15rem; }
.path { display: flex; flex-wrap: wrap; gap: .35rem 0; list-style: none; margin-bottom: 1.1rem; font-size: 13.5px; color: var(--soft); }
.path li { border: 1px solid var(--line); border-radius: 99px; padding: .05rem .65rem; overflow-wrap: anywhere; }
.path li + li { margin-left: 1.35rem; position: relative; }
.path li + li::before { content: "›"; position: absolute; left: -1.1rem; color: var(--soft); }
.path .called { border-color: transparent; padding-left: .3rem; padding-right: .3rem; }
.path .fault { border-color: var(--edge); color: var(--red); font-weight: 600; }
.path .threw { background: var(--wash); border-color: transparent; color: var(--red); font-weight: 600; }
.frames, .frames ol { list-style: none; padding: 0; }
.frames > li { border-top: 1px solid var(--line); }
.line { display: block; padding: .55rem 1.25rem; font-size: 14px; overflow-wrap: anywhere; }
.line b { font-weight: 600; margin-right: .5rem; }
.line code { color: var(--soft); }
.line i { font-style: normal; opacity: .8; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary.line { padding-left: 2.4rem; position: relative; }
summary.line::before { content: ""; position: absolute; left: 1.4rem; top: 1rem; border: 4px solid transparent; border-left-color: var(--soft); border-right: 0; }
details[open] > summary.line::before { transform: rotate(90deg); }
summary:hover { background: color-mix(in srgb, var(--soft) 8%, transparent); }
summary:focus-visible, pre:focus-visible { outline: 2px solid var(--call); outline-offset: -2px; }
.folded summary, .folded .line { color: var(--soft); font-size: 13.5px; }
.folded ol .line { padding-left: 2.4rem; }
pre { background: var(--code); border-top: 1px solid var(--line); padding: .75rem 0; overflow-x: auto; line-height: 1.6; tab-size: 2; }
.rows { display: inline-block; min-width: 100%; vertical-align: top; }
.row { display: flex; padding-right: 1.25rem; white-space: pre; border-left: 3px solid transparent; color: inherit; background: none; }
.row > i { width: 3.6rem; flex: none; padding-right: 1rem; text-align: right; color: var(--comment); font-style: normal; user-select: none; }
mark.row { background: var(--wash); border-left-color: var(--edge); }
mark.row > i { color: var(--red); font-weight: 600; }
.caret { color: var(--red); font-weight: 700; line-height: 1; }
.word { color: var(--word); } .string { color: var(--string); } .comment { color: var(--comment); font-style: italic; } .number { color: var(--number); } .call { color: var(--call); }
.frames > li { position: relative; }
.own > .line, .own > details > .line { padding-right: 5rem; }
.own > button { position: absolute; top: .45rem; right: .75rem; }
button, .actions a { font: inherit; font-size: 13.5px; line-height: 1.4; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .7rem; cursor: pointer; text-decoration: none; }
button:hover, .actions a:hover { border-color: var(--soft); }
button:focus-visible, .actions a:focus-visible { outline: 2px solid var(--call); outline-offset: 1px; }
.own > button { font-size: 12.5px; padding: .1rem .55rem; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-top: 1rem; }
.actions [data-do=last] { background: var(--text); border-color: var(--text); color: var(--card); }
[role=status] { position: fixed; z-index: 1; left: 50%; bottom: 1.25rem; transform: translateX(-50%); width: max-content; max-width: calc(100% - 2rem); padding: .5rem 1rem; border-radius: 8px; background: var(--text); color: var(--card); font-size: 14px; overflow-wrap: anywhere; }
[role=status]:empty { display: none; }
.facts:first-of-type { margin-top: 1.5rem; }
.facts { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: .75rem; overflow: hidden; font-size: 14px; }
.facts summary { padding: .55rem 1.25rem .55rem 2.4rem; position: relative; font-weight: 600; overflow-wrap: anywhere; }
.facts summary::before { content: ""; position: absolute; left: 1.4rem; top: 1rem; border: 4px solid transparent; border-left-color: var(--soft); border-right: 0; }
.facts[open] > summary::before { transform: rotate(90deg); }
.facts summary code, .facts summary i { font-weight: 400; font-style: normal; color: var(--soft); margin-left: .5rem; }
.facts dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; border-top: 1px solid var(--line); padding: .6rem 1.25rem .8rem; gap: .2rem 1.25rem; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; }
.facts dd i { color: var(--soft); font-style: normal; }
.facts dd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px; line-height: 1.6; overflow-wrap: anywhere; }
.inner { margin-top: 1.5rem; }
.inner .label { color: var(--soft); font-size: 14px; font-weight: 600; }
.raw { margin-top: 1.5rem; color: var(--soft); font-size: 14px; }
.raw pre { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; margin-top: .5rem; color: var(--text); }
.raw summary { display: inline-block; padding: .1rem .3rem; border-radius: 4px; }
.raw summary::before { content: "+ "; }
.raw[open] summary::before { content: "− "; }
footer { color: var(--soft); font-size: 13px; padding-top: 1.5rem; padding-bottom: 2.5rem; overflow-wrap: anywhere; }
footer code { font-size: 12.5px; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  h1 { font-size: 1.25rem; }
  .line, .name, h1, h2, .path { padding-left: .9rem; padding-right: .9rem; }
  summary.line, .folded ol .line { padding-left: 1.9rem; }
  summary.line::before { left: .95rem; }
  .facts summary { padding-left: 1.9rem; padding-right: .9rem; }
  .facts summary::before { left: .95rem; }
  .facts dl { grid-template-columns: 1fr; padding-left: .9rem; padding-right: .9rem; gap: 0; }
  .facts dd { margin-bottom: .35rem; }
  .row > i { width: 2.9rem; padding-right: .7rem; }
  header code { margin-left: 0; width: 100%; }
}
`

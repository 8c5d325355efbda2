import { createHash } from 'node:crypto';

/**
 * The one style sheet of the subscriber pages, in line: nothing is loaded from anywhere. Colours are those of the mails. Text has a
 * contrast of 4.5 or more on its background, edges of controls 3, in light and in dark; targets are 44 px high.
 *
 * `:has` hides what a choice makes moot. A browser without it shows everything, and the form means the same.
 */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--muted:#59636e;--line:#e3e6ea;--edge:#818b98;--paper:#fff;--desk:#f3f4f6;--link:#0b5cad;
--act:#0b5cad;--on-act:#fff;--tint:#eaf2fb;--bad:#b3261e;--bad-tint:#fdf0ef;--good:#1a7f37;--good-tint:#e9f6ec;--watch-tint:#fff6e0;--watch:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--muted:#a4adb8;--line:#2f353d;--edge:#7d8794;--paper:#191d23;--desk:#0f1216;--link:#79b8ff;
--act:#79b8ff;--on-act:#0d1520;--tint:#1a2a3d;--bad:#ff8a80;--bad-tint:#2c1b1c;--good:#57c46f;--good-tint:#16281c;--watch-tint:#2b2413;--watch:#e3b341}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--desk);color:var(--ink);font:1rem/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif;overflow-wrap:break-word}
.top,main,.foot{max-width:40rem;margin:0 auto;padding:0 2.5rem}
.top{display:flex;align-items:center;min-height:4.5rem;font-weight:600}
.top a{color:var(--ink);text-decoration:none;padding:.6rem 0}
.top a:hover{text-decoration:underline}
main{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:2.25rem 2.5rem 2.5rem}
.foot{padding-top:1.25rem;padding-bottom:3rem;color:var(--muted);font-size:.875rem}
h1{font-size:1.625rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.4;margin:0 0 .35rem}
p{margin:0 0 1rem}
.lead{color:var(--muted);margin-bottom:1.75rem}
.hint{display:block;color:var(--muted);font-size:.9rem;font-weight:400}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.tabs{display:flex;gap:.25rem;padding:.25rem;margin:0 0 1.75rem;background:var(--desk);border-radius:10px;list-style:none}
.tabs li{flex:1 1 auto}
.tabs a{display:flex;align-items:center;justify-content:center;min-height:2.75rem;padding:0 .75rem;border-radius:8px;color:var(--muted);font-weight:600;font-size:.95rem;text-decoration:none;text-align:center;line-height:1.2}
.tabs a:hover{color:var(--ink)}
.tabs a[aria-current]{background:var(--paper);color:var(--ink);box-shadow:0 0 0 1px var(--line),0 1px 2px rgb(0 0 0/.06)}
@media (prefers-color-scheme:dark){.tabs a[aria-current]{background:#2a3038}}
.field{margin:0 0 1.5rem}
.field>label{display:block;font-weight:600;margin-bottom:.15rem}
input[type=email],input[type=tel],input[type=url],input[type=text],select{display:block;width:100%;min-height:2.75rem;margin-top:.4rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:8px}
select{width:auto;min-width:min(16rem,100%);padding-right:2rem}
input:focus-visible,select:focus-visible{outline-offset:0;border-color:var(--link);border-radius:8px}
.code input{width:11rem;font-size:1.5rem;letter-spacing:.3em;font-variant-numeric:tabular-nums;padding:.4rem .75rem}
fieldset{border:0;margin:0 0 1.5rem;padding:0;min-width:0}
legend{padding:0;font-weight:600;margin-bottom:.35rem}
.pick{position:relative;display:flex;gap:.7rem;align-items:flex-start;min-height:2.75rem;padding:.6rem .25rem .6rem 0;cursor:pointer}
.pick input{flex:none;width:1.2rem;height:1.2rem;margin:.16rem 0 0;accent-color:var(--act)}
.cards{display:grid;gap:.5rem}
.cards .pick{padding:.75rem 1rem;border:1px solid var(--line);border-radius:10px}
.cards .pick:has(input:checked){border-color:var(--act);background:var(--tint)}
.cards .pick:hover{border-color:var(--edge)}
.row{display:flex;flex-wrap:wrap;gap:0 2rem}
.choices{margin:1rem 0 0;padding:1rem 1.25rem .25rem;border:1px solid var(--line);border-radius:10px}
.choices fieldset{margin-bottom:.75rem}
.choices .list{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:0 1.25rem}
.choices .whole{border-bottom:1px solid var(--line);margin-bottom:.25rem}
.choices fieldset:has(.whole input:checked) .list{display:none}
.choices fieldset:has(.whole input:checked) .whole{border:0;margin:0}
form:has([name=scope][value=page]:checked) .choices{display:none}
form:has([name=kinds][value=maintenance]:checked):not(:has([name=kinds][value=incident]:checked)) .impact{display:none}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:2.75rem;padding:.55rem 1.4rem;font:inherit;font-weight:600;border:1px solid transparent;border-radius:8px;background:var(--act);color:var(--on-act);cursor:pointer;text-decoration:none}
button:hover,.button:hover{filter:brightness(1.08)}
button.quiet{background:transparent;color:var(--ink);border-color:var(--edge)}
button.leave{background:transparent;color:var(--bad);border-color:currentColor}
button.quiet:hover,button.leave:hover{background:var(--desk);filter:none}
.part{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.5rem}
.part p{color:var(--muted);margin-bottom:.9rem}.part p:last-child{margin:0}
.split{display:flex;gap:1rem 1.5rem;align-items:center;justify-content:space-between}
.split p{margin:0}.split form{flex:none}
.note{padding:.85rem 1.1rem;margin:0 0 1.5rem;border-radius:10px;border-left:4px solid var(--good);background:var(--good-tint)}
.note.watch{border-color:var(--watch);background:var(--watch-tint)}
.note p:last-child{margin:0}
.faults{padding:1rem 1.25rem;margin:0 0 1.75rem;border:1px solid var(--bad);border-left-width:4px;border-radius:10px;background:var(--bad-tint)}
.faults ul{margin:.25rem 0 0;padding-left:1.2rem}
.faults a{color:var(--bad);font-weight:600}
.fault{display:block;margin-bottom:.4rem;color:var(--bad);font-weight:600;font-size:.9rem}
[aria-invalid=true]{border-color:var(--bad)!important;border-width:2px!important}
.mark{display:flex;align-items:center;justify-content:center;width:3rem;height:3rem;margin:0 0 1.1rem;border-radius:50%;background:var(--good-tint);color:var(--good)}
.mark.plain{background:var(--tint);color:var(--act)}
.mark svg{width:1.5rem;height:1.5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.55rem 1.5rem;margin:0 0 1.75rem}
.part+dl{margin-top:1.75rem}dt{color:var(--muted)}dd{margin:0}
dd ul{list-style:none;margin:0;padding:0}dd li+li{margin-top:.35rem}
.what{margin:0 0 1.5rem;padding-left:1.1rem}
.secret{display:block;padding:.8rem 1rem;margin:0 0 1rem;font:.95rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--desk);border:1px solid var(--line);border-radius:8px;overflow-wrap:anywhere;user-select:all}
.calls{list-style:none;margin:0;padding:0}.calls li{display:flex;gap:.75rem 1.5rem;align-items:flex-start;justify-content:space-between;padding:.75rem 0;border-top:1px solid var(--line)}
.calls div{min-width:0}.calls form{flex:none}.calls details{margin-top:.35rem}summary{min-height:2.75rem;display:flex;align-items:center;color:var(--link);cursor:pointer}.calls .secret{margin:0;font-size:.85rem;white-space:pre-wrap}
.split .secret{margin:.6rem 0 0}.split>div{min-width:0}
.hp{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:36rem){main{border-width:1px 0;border-radius:0;padding:1.75rem 1.25rem 2.25rem}
.top,.foot{padding-left:1.25rem;padding-right:1.25rem}.top{min-height:3.75rem}h1{font-size:1.45rem}.tabs a{padding:0 .35rem;font-size:.9rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.75rem}.split{flex-direction:column;align-items:stretch}
.calls li{flex-direction:column}.main-act,.split button{width:100%}select{width:100%}}
@media (forced-colors:active){.tabs a[aria-current]{outline:2px solid}.cards .pick:has(input:checked){outline:2px solid}}
@media print{.foot,button{display:none}}
`;

/**
 * What these pages may do: be styled by exactly this sheet and post to us. No script runs, nothing is fetched, nobody frames them.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page's style sheet: one column, light and dark by the reader's setting, paper for printing. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fcfcfa;--card:#fff;--ink:#1c2329;--soft:#55606b;--muted:#8b97a3;--faint:#e6e8ea;--shade:#1c232926;--best:#2456c8;--baseline:#b4530f;--tied:#137f74;--wash:#eef3fd;--warn:#fdf3e7;--on-faint:#000;--on-middle:#000;--on-strong:#fff}
@media screen and (prefers-color-scheme:dark){:root{--paper:#12171c;--card:#1a2127;--ink:#e7ebee;--soft:#a5b0ba;--muted:#77838e;--faint:#2c353d;--shade:#0009;--best:#86a9ff;--baseline:#f2a15c;--tied:#58c7b8;--wash:#1b2740;--warn:#33261a;--on-faint:#fff;--on-strong:#000}}
@media print{:root{color-scheme:light}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.5rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:clamp(1.7rem,4.5vw,2.6rem);line-height:1.15;letter-spacing:-.02em;margin:.1rem 0 .5rem}
h2{font-size:1.4rem;letter-spacing:-.01em;line-height:1.25;margin:3.2rem 0 .4rem}
h3{font-size:1rem;margin:0 0 .3rem}.scroll+h3{margin-top:1.8rem}
p{margin:.4rem 0;max-width:48rem}
a{color:var(--best)}
.eyebrow{text-transform:uppercase;letter-spacing:.1em;font-size:.75rem;color:var(--soft);font-weight:600;margin:0}
.soft,figcaption,.note{color:var(--soft);font-size:.875rem}
nav{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--faint);margin-top:1.5rem}
nav ul{max-width:76rem;margin:0 auto;padding:.6rem 1.25rem;display:flex;gap:.2rem 1.1rem;list-style:none;overflow-x:auto;white-space:nowrap;font-size:.875rem}
nav a{text-decoration:none;color:var(--soft)}
nav a:hover{color:var(--best)}
.lead{background:var(--wash);border-left:4px solid var(--best);border-radius:0 .6rem .6rem 0;padding:1rem 1.25rem;margin:1.5rem 0;font-size:1.125rem;line-height:1.5}
.lead p{max-width:none}
.lead p+p{font-size:.95rem;margin-top:.5rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));gap:.9rem;margin:1.25rem 0}
.tile,.card{background:var(--card);border:1px solid var(--faint);border-radius:.7rem;padding:.9rem 1.1rem;min-width:0}
.tile b{display:block;font-size:1.55rem;line-height:1.4;white-space:nowrap;letter-spacing:-.02em;font-weight:650;font-variant-numeric:tabular-nums}
.tile .from{color:var(--baseline)}.tile .to{color:var(--best)}
.tile small,.tile span{color:var(--soft);font-size:.85rem}
.tile b span{font-size:inherit;color:inherit}
.answer{background:var(--wash);border-left:4px solid var(--best)}.answer h3{font-size:1.15rem;margin:.1rem 0}.answer b{font-size:1.55rem;line-height:1.4;letter-spacing:-.02em;font-weight:650;font-variant-numeric:tabular-nums}.answer .from{color:var(--baseline)}.answer .to{color:var(--best)}.answer small,.answer>span{color:var(--soft);font-size:.85rem;margin-left:.4rem}.answer>small{margin:0}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));gap:1rem;margin:1rem 0}
.grid.four{grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr))}.grid.four figcaption{font-size:.78rem;line-height:1.4}
.grid.two{grid-template-columns:repeat(auto-fit,minmax(min(27rem,100%),1fr))}
figure{margin:1rem 0;background:var(--card);border:1px solid var(--faint);border-radius:.7rem;padding:1rem 1.1rem;min-width:0;break-inside:avoid}
.grid figure{margin:0}
figcaption{margin-top:.5rem}
.scroll{overflow-x:auto;--under:var(--paper);background:linear-gradient(90deg,var(--under) 50%,transparent) local,linear-gradient(270deg,var(--under) 50%,transparent) 100% 0 local,linear-gradient(90deg,transparent,var(--shade) 2px,transparent),linear-gradient(270deg,transparent,var(--shade) 2px,transparent) 100% 0;background-size:2.2rem 100%,2.2rem 100%,.8rem 100%,.8rem 100%;background-repeat:no-repeat}
figure .scroll{--under:var(--card)}
.scroll:focus-visible,nav ul:focus-visible{outline:2px solid var(--best);outline-offset:2px}
svg.plot{display:block;max-width:100%;height:auto;font-family:inherit;font-size:11px}
.grid .narrow svg.plot{width:100%}.grid>.narrow:only-child{max-width:26rem}
.scroll svg.plot{min-width:27rem}.wide .scroll svg.plot{min-width:32rem}
@media(min-width:62rem){figure.wide{display:grid;grid-template-columns:minmax(0,44rem) minmax(12rem,1fr);column-gap:1.5rem}figure.wide h3{grid-column:1/-1}figure.wide figcaption{margin-top:1.5rem}}
svg.plot text{white-space:pre}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.85rem;color:var(--soft);list-style:none;margin:.5rem 0;padding:0}
.key svg{width:1.6rem;height:.7rem;vertical-align:baseline;margin-right:.35rem}
.c-best{color:var(--best)}.c-baseline{color:var(--baseline)}.c-tied{color:var(--tied)}.c-muted{color:var(--muted)}.c-ink{color:var(--ink)}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{padding:.35rem .4rem;text-align:left;border-bottom:1px solid var(--faint);vertical-align:middle}
th{font-weight:600;background:var(--card);overflow-wrap:normal;vertical-align:bottom}
td{max-width:14rem;overflow-wrap:break-word}td.n{max-width:none}
.n{text-align:right;overflow-wrap:normal}
.nowrap,.iv-cell{white-space:nowrap;max-width:none}
th button{all:unset;cursor:pointer;font:inherit;border-radius:.2rem}
th button:focus-visible{outline:2px solid var(--best);outline-offset:2px}
th button::after{content:"↕";color:var(--muted);margin-left:.2rem}
th[aria-sort=ascending] button::after{content:"↑";color:var(--best)}
th[aria-sort=descending] button::after{content:"↓";color:var(--best)}
tbody tr:hover{background:var(--wash)}
.tied td:first-child{box-shadow:inset 3px 0 var(--tied)}
.best td:first-child{box-shadow:inset 3px 0 var(--best)}
.base td:first-child{box-shadow:inset 3px 0 var(--baseline)}
td small{color:var(--soft);font-size:.72rem;white-space:nowrap}
.iv{width:7rem;height:.84rem;display:block;margin:.1rem 0 .1rem auto;overflow:visible;color:var(--muted)}
.tied .iv{color:var(--tied)}.best .iv{color:var(--best)}.base .iv{color:var(--baseline)}
.iv path{stroke:currentColor;stroke-width:2;fill:none}.iv circle{fill:currentColor}.iv .ref{stroke:var(--baseline);stroke-width:1;stroke-dasharray:2 2}
.tag{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .5rem;font-size:.75rem;line-height:1.35rem;white-space:nowrap;margin-left:.35rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:.8rem 0;font-size:.9rem}
.tools input[type=search]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--muted);border-radius:.4rem;padding:.3rem .6rem;width:min(20rem,100%)}
.tools button{font:inherit;color:var(--best);background:var(--card);border:1px solid var(--muted);border-radius:.4rem;padding:.3rem .7rem;cursor:pointer}
pre{background:var(--card);border:1px solid var(--faint);border-radius:.5rem;padding:.8rem 1rem;font:.83rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;white-space:pre-wrap;margin:.5rem 0}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,monospace}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem 1rem;margin:.5rem 0;font-size:.9rem}
dt{color:var(--soft)}dd{margin:0;min-width:0}
.picked .scroll{max-height:26rem;overflow:auto}.tools label{min-width:0;max-width:100%}.tools select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--muted);border-radius:.4rem;padding:.3rem .6rem;max-width:100%}
details{margin:.8rem 0}
summary{cursor:pointer;font-weight:600}
.grid.four .card p{font-size:.85rem;line-height:1.45}
.advice{background:var(--warn);border-left:4px solid var(--baseline)}
.advice p{font-size:.9rem}
footer{margin-top:4rem;padding-bottom:3rem;color:var(--soft);font-size:.85rem;border-top:1px solid var(--faint);padding-top:1rem}
[hidden]{display:none!important}
.on-phone{display:none}
@media screen and (max-width:36rem){.on-phone{display:block}.off-phone{display:none}.on-phone svg.plot{width:100%}}
@media screen and (max-width:40rem){th,td{padding:.35rem .3rem}td{max-width:5.5rem}#ranking table{font-size:.8rem}#ranking .iv{width:4.4rem}#ranking .iv-cell small{display:none}}
@media(max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}figure,.tile,.card{padding:.8rem}h2{margin-top:2.4rem}}
@media print{@page{margin:14mm}body{font-size:10.5pt;background:#fff}nav,.tools,th button::after{display:none}.grid,.grid.two{grid-template-columns:1fr 1fr}.tiles{grid-template-columns:repeat(4,1fr)}.tile b{font-size:1.1rem}.card,.tile{break-inside:avoid}header,main,footer{max-width:none;padding:0}h2,.key,.note,h2+p{break-after:avoid}tr{break-inside:avoid}.scroll{overflow:visible;background:none}.scroll svg.plot,.wide .scroll svg.plot{min-width:0}table{font-size:8pt}th,td{padding:.2rem .35rem}td,th{overflow-wrap:normal}.iv{width:4rem}.iv-cell,td.n br+small{white-space:nowrap}footer{margin-top:1rem}a{color:inherit}}
`;

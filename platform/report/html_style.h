#pragma once

namespace approxtlm::platform {

/// The page's style sheet. Component colours c0..c5 and stall colours s0..s9 keep 3:1 against both
/// backgrounds.
inline constexpr const char* kStyle = R"(
:root{color-scheme:light dark;--bg:#fbfbf9;--card:#fff;--ink:#1c2024;--soft:#5b636b;--line:#e2e3de;--grid:#ecece8;
--accent:#0b6e63;--quiet:#8b949c;--tint:#e8f3f1;
--c0:#0b6e63;--c1:#c2761b;--c2:#3b6fb6;--c3:#7d8790;--c4:#a8447c;--c5:#4a4f55;
--s0:#a8447c;--s1:#c2761b;--s2:#3b6fb6;--s3:#6f8f2e;--s4:#b5493d;--s5:#7559b5;--s6:#8a6d4b;--s7:#8b949c;--s8:#3f90a8;--s9:#8f7a1f}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1b1f23;--ink:#e9ebec;--soft:#a2abb3;--line:#2d3339;
--grid:#262b30;--accent:#3fb8a6;--quiet:#7c868f;--tint:#19302d;
--c0:#3fb8a6;--c1:#e5a24d;--c2:#6f9fe0;--c3:#8f99a3;--c4:#d77bae;--c5:#c6ccd2;
--s0:#d77bae;--s1:#e5a24d;--s2:#6f9fe0;--s3:#9fc053;--s4:#e2796c;--s5:#a78ce0;--s6:#bf9f78;--s7:#8f99a3;--s8:#6fbcd2;--s9:#d0bd55}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:56px 28px 72px}
header{padding-bottom:36px}
.eyebrow{margin:0 0 10px;color:var(--accent);font-weight:600;font-size:13px;letter-spacing:.04em}
h1{margin:0 0 14px;font-size:clamp(28px,4.4vw,46px);line-height:1.1;letter-spacing:-.025em;font-weight:680;
max-width:24ch;text-wrap:balance}
.verdict{margin:0 0 6px;max-width:78ch;font-size:17px}
.meta{margin:0;color:var(--soft)}
.tiles{display:flex;flex-wrap:wrap;gap:14px 0;margin:30px 0 0;border-top:2px solid var(--ink)}
.tiles div{flex:1 1 150px;padding:14px 18px 0 0;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.tiles dt{color:var(--soft);font-size:13px}
.tiles dd{margin:0;font-size:30px;line-height:1.2;font-weight:640;letter-spacing:-.02em}
.tiles dd small{font-size:15px;font-weight:500;color:var(--soft);letter-spacing:0}
section{margin:0 0 22px;padding:24px 26px;background:var(--card);border:1px solid var(--line);border-radius:10px}
h2{margin:0 0 4px;font-size:18px;letter-spacing:-.01em}
.lead{margin:0 0 18px;color:var(--soft);max-width:86ch;font-size:14px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:22px;margin-bottom:22px}
.pair section{margin:0}
.scroll{overflow-x:auto;margin:0 -6px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:9px 7px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-weight:500;font-size:12.5px;vertical-align:bottom;line-height:1.3}
tbody th{font-weight:600}
.n{text-align:right}td.n{white-space:nowrap}
td small{display:block;color:var(--soft);font-size:12px}
.chosen>*{background:var(--tint)}
.dense th,.dense td{padding:4px 8px;font-size:13px}
.dense tbody th{font-weight:500}.dense td{white-space:nowrap}.dense td:last-child{white-space:normal;min-width:7em}
svg{display:block;width:100%;height:auto;overflow:visible;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.wide svg{min-width:720px}
svg text{fill:var(--ink)}svg .tick,svg .key{fill:var(--soft)}svg .name{font-size:13px;font-weight:600}
svg .figure{font-size:13px}
.grid{stroke:var(--grid)}.zero{stroke:var(--soft)}.whisker{stroke:var(--ink);stroke-width:1.6}
rect.part{stroke:var(--card);stroke-width:1}
.accent{fill:var(--accent)}.quiet{fill:var(--quiet)}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}
.s6{fill:var(--s6)}.s7{fill:var(--s7)}.s8{fill:var(--s8)}.s9{fill:var(--s9)}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:2px 26px;margin:0 0 16px}
.pairs div{display:flex;justify-content:space-between;gap:12px;border-bottom:1px solid var(--grid);padding:4px 0}
.pairs dt{color:var(--soft)}.pairs dd{margin:0;text-align:right;overflow-wrap:anywhere}
pre{margin:0;padding:16px 18px;background:var(--bg);border:1px solid var(--line);border-radius:8px;overflow-x:auto;
font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;columns:2 300px}
.notes{display:grid;grid-template-columns:110px 1fr;gap:8px 18px;margin:0;font-size:14px}
.notes dt{color:var(--soft)}.notes dd{margin:0;overflow-wrap:anywhere;max-width:92ch}
@media (max-width:560px){main{padding:32px 16px}.pair{grid-template-columns:1fr}section{padding:18px 16px}
.notes{grid-template-columns:1fr;gap:0}.notes dd{margin-bottom:10px}}
@media print{:root{--bg:#fff;--card:#fff}body{font-size:11px}main{padding:0;max-width:none}
section{border:0;padding:10px 0;break-inside:avoid}section.long{break-inside:auto}tr{break-inside:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)";

}  // namespace approxtlm::platform

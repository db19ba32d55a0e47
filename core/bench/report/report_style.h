#pragma once

namespace fovea::bench {

/// The style sheet of the HTML report: colours for light and dark, six looks of lines (.s0 ...), fifteen of
/// bars (.k0 ...). The colours are Okabe and Ito's, told apart by most people who see few colours.
inline constexpr const char* kReportStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f23;--soft:#59636e;--rule:#d4d9de;--tint:#f4f6f8;
--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#7a5195;--c5:#8a6d00;--hatch:#00000055;--good:#0a6b46;--bad:#a63200}
@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e8ebee;--soft:#a3adb8;--rule:#39424b;--tint:#1d2329;
--c0:#56b4e9;--c1:#ff9248;--c2:#2fd0a3;--c3:#e8a1c8;--c4:#b99ae6;--c5:#f0e442;--hatch:#00000088;--good:#4fd6a2;--bad:#ff9a6b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p{margin:.3rem 0}.soft{color:var(--soft)}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.warning{border-left:4px solid var(--bad);padding:.4rem .8rem;background:var(--tint)}
ul.findings{padding:.6rem .8rem .6rem 2rem;background:var(--tint);border-left:4px solid var(--c0)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13.5px;margin:.5rem 0}
th,td{padding:.22rem .6rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th{font-weight:600}th[scope=row]{min-width:9.5rem}summary{cursor:pointer;margin:.4rem 0}summary:focus-visible{outline:2px solid var(--c0)}
figure{margin:1.6rem 0}figcaption{font-weight:600}figcaption small{display:block;font-weight:400;color:var(--soft)}
svg{max-width:100%;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--ink)}
.end{text-anchor:end}.mid{text-anchor:middle}.grid{stroke:var(--rule)}.axis{stroke:var(--soft)}
.line{fill:none;stroke-width:2}.band{stroke-width:1.5;fill:none}.mark{stroke-width:1.5}
.s0{stroke:var(--c0);fill:var(--c0)}.s1{stroke:var(--c1);fill:var(--c1)}.s2{stroke:var(--c2);fill:var(--c2)}
.s3{stroke:var(--c3);fill:var(--c3)}.s4{stroke:var(--c4);fill:var(--paper)}.s5{stroke:var(--c5);fill:var(--paper)}
path.line{fill:none}.s1.line{stroke-dasharray:7 4}.s2.line{stroke-dasharray:2 3}.s3.line{stroke-dasharray:10 3 2 3}
.s4.line{stroke-dasharray:14 4}.s5.line{stroke-dasharray:4 2 1 2}
.k0,.k6,.k12{fill:var(--c0)}.k1,.k7,.k13{fill:var(--c1)}.k2,.k8,.k14{fill:var(--c2)}
.k3,.k9{fill:var(--c3)}.k4,.k10{fill:var(--c4)}.k5,.k11{fill:var(--c5)}
.edge{stroke:var(--paper);stroke-width:1}.plate{fill:var(--paper)}.hatch{stroke:var(--hatch);stroke-width:1.6}
@media print{:root{--paper:#fff;--ink:#000}details>*{display:block}body{max-width:none}}
)";

/// Patterns that tell bars apart without colour, once a page: none, falling, rising, crossed, dotted.
inline constexpr const char* kReportPatterns =
    R"(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<pattern id="h0" width="8" height="8" patternUnits="userSpaceOnUse"></pattern>
<pattern id="h1" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0L8 8M-2 6L2 10M6 -2L10 2" class="hatch"/></pattern>
<pattern id="h2" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" class="hatch"/></pattern>
<pattern id="h3" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 4H8M4 0V8" class="hatch"/></pattern>
<pattern id="h4" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M2 3H4M3 2V4" class="hatch"/></pattern>
</defs></svg>)";

}  // namespace fovea::bench

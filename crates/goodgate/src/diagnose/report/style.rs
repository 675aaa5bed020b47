//! The style of the report: light and dark, wide and narrow, screen and paper. It loads nothing.

/// The whole style sheet.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#f4f6f8;--card:#fff;--soft:#57606a;--line:#d5dbe1;\
--box:#f2f5f7;--bad:#b42318;--bad-bg:#fdecea;--good:#1a7f46;--good-bg:#e8f6ee;--warn:#8a5a00;\
--warn-bg:#fff6df;--resolve:#8a63d2;--connect:#d9822b;--tls:#b9479e;--request:#5b7083;\
--head:#2f80c3;--body:#2d9d78}\
@media (prefers-color-scheme:dark){:root{--fg:#e6e9ed;--bg:#0f1317;--card:#171c22;--soft:#9aa5b1;\
--line:#303842;--box:#1f262d;--bad:#ff8a80;--bad-bg:#3a1a18;--good:#6fd39a;--good-bg:#14301f;\
--warn:#f0c060;--warn-bg:#332811;--resolve:#a98be8;--connect:#f0a35a;--tls:#de7fc6;\
--request:#8ea3b5;--head:#63aee8;--body:#5fcba6}}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:62rem;padding:1.6rem 1rem 4rem;background:var(--bg);color:var(--fg);\
font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif}\
h1{font-size:1.25rem;font-weight:600;overflow-wrap:anywhere;margin:.1rem 0 1rem}\
h2{font-size:1.05rem;margin:0 0 .7rem}h3{font-size:.95rem;margin:1.1rem 0 .4rem}\
h4{font-size:.9rem;margin:.9rem 0 .3rem}p{margin:.5rem 0}\
section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.2rem;\
margin:0 0 1rem}\
.over{color:var(--soft);font-size:.85rem;margin:0}.soft{color:var(--soft)}\
.bad{color:var(--bad);font-weight:600}.nowrap{white-space:nowrap}.mono,.quote{overflow-wrap:anywhere;font-family:ui-monospace,SFMono-Regular,\
'Liberation Mono',monospace;font-size:.86rem}\
.verdict{border-left:.4rem solid var(--warn)}\
.verdict.failing,.verdict.partial,.verdict.intermittent{border-left-color:var(--bad)}\
.verdict.healthy{border-left-color:var(--good)}\
.state{display:inline-block;border-radius:1rem;padding:.05rem .7rem;font-weight:700;font-size:.85rem;\
background:var(--warn-bg);color:var(--warn);margin-bottom:.4rem}\
.failing .state,.partial .state,.intermittent .state{background:var(--bad-bg);color:var(--bad)}\
.healthy .state{background:var(--good-bg);color:var(--good)}\
.verdict h2{font-size:1.25rem;margin:0 0 .3rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0 0;\
font-size:.92rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\
.chain{display:flex;align-items:stretch}\
.node{flex:0 1 auto;min-width:6.5rem;max-width:17rem;border:1.5px solid var(--line);\
background:var(--box);border-radius:.6rem;padding:.6rem .8rem;text-align:center;\
overflow-wrap:anywhere;display:flex;flex-direction:column;justify-content:center}\
.node svg{width:1.7rem;height:1.7rem;margin:0 auto .2rem;stroke:var(--soft);fill:none;\
stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}\
.node b{font-size:.95rem}.node span{font-size:.84rem;color:var(--soft)}\
.node i{font-style:normal;font-size:.8rem;margin-top:.25rem;color:var(--warn)}\
.joint{flex:1 1 7rem;min-width:7rem;display:flex;flex-direction:column;justify-content:center;\
align-items:center;padding:0 .35rem;text-align:center;font-size:.8rem;color:var(--good);\
overflow-wrap:anywhere}\
.joint.broken{color:var(--bad);font-weight:600}\
.joint span{display:block;max-width:11rem}.pad{height:1.2rem}\
.rule{position:relative;width:100%;height:1.3rem;margin:.1rem 0}\
.rule:before{content:'';position:absolute;left:0;right:.35rem;top:50%;border-top:2px solid}\
.rule:after{content:'';position:absolute;right:0;top:50%;margin-top:-.25rem;\
border:.32rem solid transparent;border-left-color:currentColor;border-right-width:0}\
.broken .rule:before{border-top-style:dashed}\
.rule b{position:absolute;left:50%;top:50%;transform:translate(-50%,-50%);width:1.5rem;\
height:1.5rem;line-height:1.4rem;border-radius:50%;background:var(--bad-bg);border:2px solid;\
font-size:.85rem;text-align:center;z-index:1}\
table{border-collapse:collapse;width:100%;font-size:.9rem}\
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;\
border-bottom:1px solid var(--line);overflow-wrap:break-word}tr:last-child td{border-bottom:0}\
th{color:var(--soft);font-weight:500}\
.num{white-space:nowrap;font-variant-numeric:tabular-nums;text-align:right}\
.fall{display:grid;grid-template-columns:max-content minmax(8rem,3fr) max-content minmax(9rem,2fr);\
column-gap:.8rem;row-gap:.25rem;align-items:center;font-size:.88rem;margin:.3rem 0 .8rem}\
.fall .num{min-width:4rem}.fall .said{overflow-wrap:anywhere}\
.fall .ticks{display:flex;justify-content:space-between;color:var(--soft);font-size:.75rem}\
.track{position:relative;height:1rem;border-radius:.2rem;\
background:linear-gradient(to right,var(--line) 1px,transparent 1px) 0 0/25% 100%,var(--box)}\
.bar{position:absolute;top:.1rem;bottom:.1rem;min-width:3px;border-radius:.15rem;\
background:var(--request)}\
.bar.resolve{background:var(--resolve)}.bar.connect{background:var(--connect)}\
.bar.tls{background:var(--tls)}.bar.first{background:var(--head)}.bar.body{background:var(--body)}\
.bar.broken{outline:2px solid var(--bad);outline-offset:1px}\
.bar.waited{background-image:repeating-linear-gradient(135deg,transparent 0 5px,\
rgba(255,255,255,.45) 5px 10px)}\
.sure{display:inline-block;width:5rem;height:.55rem;border-radius:.3rem;background:var(--box);\
border:1px solid var(--line);overflow:hidden;margin-right:.5rem;vertical-align:middle}\
.sure i{display:block;height:100%;background:var(--head)}\
pre{background:var(--box);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;\
margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere;font:.84rem/1.45 ui-monospace,\
SFMono-Regular,'Liberation Mono',monospace}\
code{font-size:.9em;background:var(--box);padding:0 .2em;border-radius:.2em}\
pre code{background:none;padding:0;font-size:1em}\
ul,ol{margin:.4rem 0;padding-left:1.4rem}li{margin:.2rem 0;overflow-wrap:anywhere}\
details{margin:.5rem 0}summary{cursor:pointer;color:var(--soft)}\
@media (max-width:44rem){body{padding:1rem .6rem 3rem}section{padding:.8rem .9rem}\
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}\
.chain{flex-direction:column}.node{max-width:none}\
.joint{display:grid;grid-template-columns:1.5rem 1fr;justify-items:start;align-content:center;\
text-align:left;min-height:3.4rem;padding:.2rem 0 .2rem 2rem;column-gap:.7rem}\
.rule{grid-column:1;grid-row:1/3;width:1.5rem;height:3rem;align-self:center}\
.joint span{grid-column:2}.joint.broken span:first-child{align-self:end}\
.rule:before{left:50%;right:auto;top:0;bottom:.35rem;border-top:0;border-left:2px solid}\
.broken .rule:before{border-left-style:dashed}\
.rule:after{right:auto;left:50%;top:auto;bottom:0;margin:0 0 0 -.26rem;\
border:.32rem solid transparent;border-top-color:currentColor;border-bottom-width:0}\
.joint span{max-width:none}.joint .pad{display:none}\
.fall{grid-template-columns:max-content 1fr max-content}.fall .said{grid-column:1/-1;\
margin-bottom:.3rem}.fall .head.said{display:none}}\
@media print{:root{color-scheme:light;--fg:#000;--bg:#fff;--card:#fff;--soft:#444;--line:#bbb;\
--box:#f4f4f4;--bad:#a11;--bad-bg:#fdecea;--good:#175;--good-bg:#e8f6ee;--warn:#750;\
--warn-bg:#fff6df;--resolve:#8a63d2;--connect:#d9822b;--tls:#b9479e;--request:#5b7083;\
--head:#2f80c3;--body:#2d9d78}\
body{max-width:none;padding:0;font-size:11pt}section{break-inside:avoid;border-color:#ccc}\
section.long{break-inside:auto}.hop,pre{break-inside:avoid}h2,h3{break-after:avoid}.appendix{display:none}\
.bar,.state,.track,.node,.rule b,.sure i{-webkit-print-color-adjust:exact;\
print-color-adjust:exact}}";

#[cfg(test)]
mod tests {
    use super::STYLE;

    #[test]
    fn the_style_loads_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }

    #[test]
    fn every_bracket_is_closed() {
        let count = |c| STYLE.matches(c).count();

        assert_eq!((count('{'), count('(')), (count('}'), count(')')));
    }
}

#include <algorithm>

#include "base/base64.h"
#include "gallery/export.h"

namespace diptych::gallery {
namespace {

// An open book: the picture left, its text right; below each other on a phone.
constexpr std::string_view kStyle =
    "body{margin:0;background:#f4eee2;color:#2b2520;font:18px/1.65 \"Iowan Old Style\",\"Palatino "
    "Linotype\",Palatino,\"URW Palladio L\",Georgia,\"Songti SC\",\"Noto Serif CJK SC\",SimSun,serif}"
    "article{max-width:60rem;margin:3rem auto;background:#fffcf5;box-shadow:0 10px 40px -12px "
    "#4a341840;break-inside:avoid}"
    ".panel{display:grid;grid-template-columns:1fr 1fr;break-inside:avoid}"
    "figure{margin:0;padding:2.5rem}img{width:100%;display:block;box-shadow:0 0 0 1px #dccfba}"
    ".panel>div{padding:2.5rem 2.5rem 2.5rem .5rem;display:flex;flex-direction:column;gap:1rem}p{margin:0}"
    ".story{font-size:1.15rem;flex:1;white-space:pre-line}"
    ".story:lang(en)::first-letter{font-size:3.2em;line-height:.8;float:left;padding:.06em .08em 0 0;color:#9c3520}"
    ".other,.asked{color:#665c51}.asked{font-style:italic}.asked:lang(zh){font-style:normal}"
    ".small{font-size:.8rem;color:#665c51;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}"
    "@media(max-width:44rem){.panel{grid-template-columns:1fr}article{margin:1rem}figure,.panel>div{padding:1.2rem}}"
    "@media print{body{background:none}article{box-shadow:none;margin:0 0 1cm}}";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string_view CodeOf(std::string_view text) {
  return text::LanguageOf(text) == text::Language::kChinese ? "zh" : "en";
}

void AppendText(std::string_view name, std::string_view text, std::string* html) {
  if (text.empty()) return;
  html->append("<p class=\"").append(name).append("\" lang=\"").append(CodeOf(text)).append("\">");
  html->append(Escaped(text)).append("</p>");
}

void AppendLeaf(const Leaf& leaf, text::Language language, std::string* html) {
  html->append("<article>");
  const std::vector<Panel> panels = PanelsOf(leaf);
  for (const Panel& panel : panels) {
    html->append("<div class=\"panel\"><figure><img alt=\"").append(Escaped(panel.text)).append("\" src=\"");
    html->append(base::DataUrl("image/png", leaf.pictures[static_cast<size_t>(panel.picture)]));
    html->append("\"></figure><div>");
    AppendText("story", panel.text, html);
    if (&panel == &panels.back()) {
      AppendText("other", leaf.other, html);
      AppendText("asked", leaf.record.request.prompt, html);
      html->append("<p class=\"small\">");
      for (const std::string& part : SmallPrint(leaf, language))
        html->append("<span>").append(Escaped(part)).append("</span> ");
      html->append("</p>");
    }
    html->append("</div></div>");
  }
  html->append("</article>");
}

}  // namespace

std::string HtmlOf(std::span<const Leaf> leaves, text::Language language) {
  const std::string title = leaves.empty() ? std::string("Diptych") : leaves[0].record.request.prompt;
  std::string html = "<!doctype html><html lang=\"" + std::string(CodeOf(title)) + "\"><meta charset=\"utf-8\">";
  html.append("<meta name=\"viewport\" content=\"width=device-width\"><title>").append(Escaped(title));
  html.append("</title><style>").append(kStyle).append("</style>");
  for (const Leaf& leaf : leaves) AppendLeaf(leaf, language, &html);
  return html.append("</html>\n");
}

}  // namespace diptych::gallery

// One name, one meaning: no type, function or inline variable is defined in two files of the tree under one qualified
// name. Two such definitions in one program are undefined behaviour that no compiler sees ("one definition rule"): the
// linker keeps one copy of an inline function, so a destructor may run on another type's object, in some builds only.
//
// Read from the sources, not from object files: what is inlined leaves no symbol behind, so an optimised build hides
// the very case that kills one that is not optimised. The linker's own detection (gold's --detect-odr-violations) needs
// symbols as well and passes over destructors; -flto -Wodr sees all of it and costs a second build of everything.
//
// When it fails: rename one, put it in an unnamed namespace, or let both files include one header.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace diptych {
namespace {

const std::filesystem::path kRoot = DIPTYCH_SOURCE_DIR;

size_t EndOfLine(std::string_view source, size_t at) { return std::min(source.find('\n', at), source.size()); }

// The position behind a literal that begins at `at` with a quote.
size_t EndOfQuoted(std::string_view source, size_t at) {
  const char quote = source[at];
  for (size_t i = at + 1; i < source.size(); ++i) {
    if (source[i] == '\\')
      ++i;
    else if (source[i] == quote)
      return i + 1;
  }
  return source.size();
}

// The position behind a raw string whose quote is at `at`.
size_t EndOfRawString(std::string_view source, size_t at) {
  const std::string close = ")" + std::string(source.substr(at + 1, source.find('(', at) - at - 1)) + "\"";
  return std::min(source.find(close, at), source.size() - close.size()) + close.size();
}

// The position behind a directive and the lines that continue it.
size_t EndOfDirective(std::string_view source, size_t at) {
  size_t end = EndOfLine(source, at);
  while (end < source.size() && source[end - 1] == '\\') end = EndOfLine(source, end + 1);
  return end;
}

bool IsWordEnd(std::string_view text) {
  return !text.empty() && (std::isalnum(static_cast<unsigned char>(text.back())) != 0 || text.back() == '_');
}

// A source without comments, directives and the contents of literals, every run of blanks one blank.
std::string Bare(std::string_view source) {
  std::string bare;
  bool line_begins = true;
  for (size_t i = 0; i < source.size();) {
    const char c = source[i];
    if (source.substr(i, 2) == "//") {
      i = EndOfLine(source, i);
    } else if (source.substr(i, 2) == "/*") {
      i = std::min(source.find("*/", i), source.size() - 2) + 2;
    } else if (c == '#' && line_begins) {
      i = EndOfDirective(source, i);
    } else if (c == '"' && bare.ends_with('R')) {
      i = EndOfRawString(source, i);
      bare.back() = '"';
    } else if (c == '"' || (c == '\'' && !IsWordEnd(bare))) {  // not the mark within 1'000'000
      i = EndOfQuoted(source, i);
      bare += '"';
    } else {
      const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
      line_begins = c == '\n' || (blank && line_begins);
      if (!blank || !bare.ends_with(' ')) bare += blank ? ' ' : c;
      ++i;
    }
  }
  return bare;
}

// What stands at namespace scope before a "{", "=" or ";".
struct Statement {
  std::string text;
  char end;
};

// Parameters as they tell overloads apart: without names and default values.
std::string TypesOf(const std::string& parameters) {
  static const std::regex kDefault(" ?= ?[^,]*"), kName("([\\w>&*]) ?\\b\\w+( ?(,|$))");
  return std::regex_replace(std::regex_replace(parameters, kDefault, ""), kName, "$1$2");
}

// What the statement defines for other files to see, or nothing: "Point", "Draw(const Scene&)", "kLimit".
std::string DefinedBy(const Statement& statement) {
  static const std::regex kType(
      "^(?:template ?<.*> ?)?(?:struct|class|union|enum(?: class| struct)?) (?:alignas ?\\([^)]*\\) ?)?"
      "([\\w:]+(?: ?<.*>)?)(?: final)?(?: ?:[^:].*)? ?$");
  static const std::regex kFunction(
      "^[^(=]*?[\\w>&*\"] ?\\b(operator ?[^\\w ]+?|operator ?\\(\\)|[\\w:~]+) ?\\((.*)\\)[^()]*$");
  static const std::regex kVariable("^inline (?:[^(]*[ &*])?(\\w+)(?:\\[[^\\]]*\\])? ?$");
  const std::string& text = statement.text;
  std::smatch found;
  if (text.starts_with("static ") || text.starts_with("using ") || text.starts_with("extern ")) return {};
  if (statement.end == '{' && std::regex_match(text, found, kType)) return found[1];
  if (std::regex_match(text, found, kVariable)) return found[1];
  if (statement.end != '{' || !std::regex_match(text, found, kFunction)) return {};
  const std::string name = found[1];
  // A member's definition: the linker sees two of them.
  return name.find("::") == std::string::npos && name != "main" ? name + "(" + TypesOf(found[2]) + ")" : std::string();
}

// Walks through the scopes of one source.
class Reader {
 public:
  explicit Reader(std::string_view source) : bare_(Bare(source)) {}

  // Qualified names of what other files can see.
  std::set<std::string> Definitions() {
    for (char c : bare_) Take(c);
    return std::move(definitions_);
  }

 private:
  enum class Scope { kNamed, kUnnamed, kInner };  // kInner: within a type, a function or an initialiser

  bool AtNamespaceScope() const { return scopes_.empty() || scopes_.back() != Scope::kInner; }

  void Take(char c) {
    if (c == '{')
      Open();
    else if (c == '}')
      Close();
    else if (c == ';' && AtNamespaceScope() && depth_ == 0)
      End(';');
    else
      Add(c);
  }

  void Add(char c) {
    if (!AtNamespaceScope()) return;
    if (c == '(') ++depth_;
    if (c == ')') --depth_;
    // A variable's value is no part of what it is.
    if (c == '=' && depth_ == 0 && statement_.starts_with("inline ") && !statement_.ends_with("operator")) End('=');
    if (c != ' ' || !statement_.empty()) statement_ += c;
  }

  void Open() {
    static const std::regex kNamespace("^(?:inline )?namespace ?([\\w:]*) ?$");
    std::smatch found;
    if (!AtNamespaceScope() || depth_ > 0) {  // a default value's braces leave the statement as it is
      scopes_.push_back(Scope::kInner);
      return;
    }
    if (std::regex_match(statement_, found, kNamespace)) {
      scopes_.push_back(found[1].length() == 0 ? Scope::kUnnamed : Scope::kNamed);
      if (scopes_.back() == Scope::kNamed) names_.push_back(found[1]);
    } else if (statement_.starts_with("extern \"")) {
      scopes_.push_back(Scope::kNamed);
      names_.emplace_back();
    } else {
      End('{');
      scopes_.push_back(Scope::kInner);
    }
    statement_.clear();
  }

  void Close() {
    if (scopes_.empty()) return;
    if (scopes_.back() == Scope::kNamed) names_.pop_back();
    scopes_.pop_back();
    if (depth_ == 0) statement_.clear();
  }

  void End(char end) {
    const bool seen = std::find(scopes_.begin(), scopes_.end(), Scope::kUnnamed) == scopes_.end();
    if (const std::string name = DefinedBy({statement_, end}); seen && !name.empty()) {
      std::string qualified;
      for (const std::string& outer : names_) qualified += outer + "::";
      definitions_.insert(qualified + name);
    }
    statement_.clear();
  }

  std::string bare_, statement_;
  std::vector<Scope> scopes_;
  std::vector<std::string> names_;  // of the named scopes
  int depth_ = 0;                   // of parentheses
  std::set<std::string> definitions_;
};

using Sources = std::map<std::string, std::string>;  // contents by path

// "NAME: FILE, FILE" for what is defined in several files.
std::vector<std::string> DefinedTwice(const Sources& sources) {
  std::map<std::string, std::vector<std::string>> files;
  for (const auto& [path, source] : sources)
    for (const std::string& name : Reader(source).Definitions()) files[name].push_back(path);
  std::vector<std::string> faults;
  for (const auto& [name, paths] : files) {
    if (paths.size() < 2) continue;
    std::string fault = name + ":";
    for (const std::string& path : paths) fault += " " + path;
    faults.push_back(std::move(fault));
  }
  return faults;
}

Sources ReadSources() {
  Sources sources;
  for (const char* folder : {"src", "include", "bench", "tools", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
      const std::string end = entry.path().extension().string();
      if (!entry.is_regular_file() || (end != ".h" && end != ".cc" && end != ".cu")) continue;
      sources[std::filesystem::relative(entry.path(), kRoot).generic_string()] = base::ReadFile(entry.path());
    }
  }
  return sources;
}

TEST(Definitions, EachNameIsDefinedOnce) {
  const Sources sources = ReadSources();
  size_t definitions = 0;
  for (const auto& [path, source] : sources) definitions += Reader(source).Definitions().size();
  EXPECT_GT(sources.size(), 300u);
  EXPECT_GT(definitions, 900u);
  EXPECT_THAT(DefinedTwice(sources), testing::IsEmpty());
}

TEST(Definitions, OnePlantedInTheTreeIsFound) {
  Sources sources = ReadSources();
  sources["src/engine/planted.h"] = "namespace diptych::engine {\nstruct Session { int row; };\n}\n";
  sources["src/text/planted.cc"] =
      "namespace diptych::text {\nstd::string RepairUtf8(std::string_view bytes) { return {}; }\n}\n";
  EXPECT_THAT(DefinedTwice(sources),
              testing::ElementsAre("diptych::engine::Session: src/engine/planted.h src/engine/session.h",
                                   testing::StartsWith("diptych::text::RepairUtf8(std::string_view): src/text/")));
}

TEST(Definitions, TypesFunctionsAndInlineVariablesAreTold) {
  const auto of = [](const char* source) { return Reader(source).Definitions(); };
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(of("namespace a::b { struct X { struct Y {}; void F() {} }; class X; }"), ElementsAre("a::b::X"));
  EXPECT_THAT(of("namespace a { enum class E : int { kOne }; class D final : public a::B { int x = 1; }; }"),
              ElementsAre("a::D", "a::E"));
  EXPECT_THAT(of("namespace a { template <> struct H<int> {}; template <> struct H<char> {}; }"),
              ElementsAre("a::H<char>", "a::H<int>"));
  EXPECT_THAT(of("namespace a { inline int F(int x = f(1), const B& b = {}) { return x; } int F(char); }"),
              ElementsAre("a::F(int, const B&)"));
  EXPECT_THAT(of("namespace a { inline constexpr int kX = 3, kY = 4; constexpr int kOwn = 5; inline S s{1}; }"),
              ElementsAre("a::kX", "a::s"));
  EXPECT_THAT(of("namespace a { bool operator==(const X& a, const X& b) { return true; } }"),
              ElementsAre("a::operator==(const X&, const X&)"));
  EXPECT_THAT(of("namespace a { namespace { struct X {}; } static void F() {} void X::G() {} }"), IsEmpty());
  EXPECT_THAT(of("namespace a { // struct X {\n const char* s = \"struct Y {\"; /* struct Z { */ }"), IsEmpty());
  EXPECT_THAT(of("namespace a { auto s = R\"(struct X {)\"; int n = 1'000; struct Y {}; }"), ElementsAre("a::Y"));
}

}  // namespace
}  // namespace diptych

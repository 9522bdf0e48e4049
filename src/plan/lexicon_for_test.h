// A small vocabulary and lexicon for tests, of both languages.
#pragma once

#include <string_view>

#include "plan/lexicon.h"
#include "plan/vocabulary.h"

namespace diptych::plan {

inline Vocabulary VocabularyForTest() {
  return Vocabulary({"bus", "car", "cat", "dog", "house", "panda"},
                    {{.name = "hour", .line = "hour", .values = {"noon", "sunset", "night", "starry night"}},
                     {.name = "ground", .line = "ground", .values = {"beach", "road"}},
                     {.name = "moon", .line = "moon"},
                     {.name = "phase", .line = "moon", .values = {"full", "half"}},
                     {.name = "kind"},
                     {.name = "count", .values = {"one", "two", "three"}},
                     {.name = "colour", .values = {"red", "blue", "orange"}},
                     {.name = "size", .values = {"small", "large"}},
                     {.name = "action", .values = {"sleeping", "painting", "playing ukulele"}},
                     {.name = "held", .lead_in = "holding", .values = {"flower", "car"}},
                     {.name = "worn", .lead_in = "wearing", .values = {"hat"}},
                     {.name = "feeling", .values = {"sad", "happy"}},
                     {.name = "place", .values = {"left", "right"}},
                     {.name = "relation",
                      .values = {"left of", "right of", "next to", "on", "under", "chasing", "chased by"},
                      .inverse = {"right of", "left of", "next to", "under", "on", "chased by", "chasing"}}});
}

inline constexpr std::string_view kLexiconForTest =
    "# phrase, use, value\n"
    "車\tfold\t车\n"
    "貓\tfold\t猫\n"
    "bus\tkind\tbus\nbuses\tkinds\tbus\ncar\tkind\tcar\ncars\tkinds\tcar\ncat\tkind\tcat\ncats\tkinds\tcat\n"
    "dog\tkind\tdog\ndogs\tkinds\tdog\nhouse\tkind\thouse\nhouses\tkinds\thouse\npanda\tkind\tpanda\n"
    "公交车\tkind\tbus\n汽车\tkind\tcar\n猫\tkind\tcat\n狗\tkind\tdog\n房子\tkind\thouse\n熊猫\tkind\tpanda\n"
    "glacier\tthing\t\n棵都不要\tdeny\tbefore\n都不要\tdeny\tbefore\n"
    "jeep\tnear\tcar\njeeps\tnears\tcar\ntiger\tnear\tcat\n吉普车\tnear\tcar\n"
    "two\tcount\ttwo\n2\tcount\ttwo\nthree\tcount\tthree\n两\tcount\ttwo\n"
    "red\tcolour\tred\nblue\tcolour\tblue\norange\tcolour\torange\norange\tnear\tcar\n红色\tcolour\tred\n蓝色\tcolour\t"
    "blue\n"
    "small\tsize\tsmall\nbig\tsize\tlarge\n"
    "sleeping\taction\tsleeping\npainting\taction\tpainting\nplaying the ukulele\taction\tplaying ukulele\n"
    "弹尤克里里\taction\tplaying ukulele\nsad\tfeeling\tsad\nhappy\tfeeling\thappy\n悲伤\tfeeling\tsad\n"
    "holding\tlead\theld\n拿着\tlead\theld\n抱着\tlead\theld\n抱着\taction\tsleeping\nin its paws\ttrail\theld\n"
    "在手里\ttrail\theld\nwearing\tlead\tworn\nhat\tthing\t\nhat\tworn\that\ncoat\tthing\t\nrusty\tother\t\n"
    "on top of\trelation\ton\nunder\trelation\tunder\nchasing\trelation\tchasing\n追着\trelation between\tchasing\n"
    "下\trelation\tunder\n下\tplain\t\n上面\trelation\ton\n上面\tplain\t\n左边\tplace\tleft\n"
    "on the left\tplace\tleft\non the right\tplace\tright\nlike\tplain\tlike\n像\tplain\tlike\n睡觉\taction\tsleeping\n"
    "left of\trelation\tleft of\nnext to\trelation\tnext to\n左边\trelation\tleft of\n"
    "night\thour\tnight\nstarry night\thour\tstarry night\nsunset\thour\tsunset\nas the sun goes "
    "down\thour\tsunset\n夕阳\thour\tsunset\nbeach\tground\tbeach\n"
    "moon\tmoon\t\nfull moon\tphase\tfull\nkitchen\tground\tkitchen\n"
    "no\tdeny\t\nnot\tdeny\t\nwithout\tdeny\t\n没有\tdeny\t\n"
    "and\tlink\tand\nor\tlink\tand\nbut\tlink\tbut\nvery\tlink\t\n的\tlink\tof\n只\tlink\t\n辆\tlink\t\n和\tlink\tand\n"
    "is\tplain\tis\na\tplain\t\nan\tplain\t\nthe\tplain\t\nat\tplain\tat\non\tplain\tat\nthere\tplain\t\nit\tplain\tit"
    "\n"
    "with\tplain\twith\nride\tplain\t\n一\tplain\t\n在\tplain\tat\n有\tplain\thas\n是\tplain\tis\n它\tplain\tit\n";

inline Lexicon LexiconForTest() { return Lexicon::Parse(kLexiconForTest, "lexicon.tsv"); }

}  // namespace diptych::plan

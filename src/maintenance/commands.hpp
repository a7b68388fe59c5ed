#pragma once
#include "maintenance/command.hpp"

// The built-in commands, one file each; commands.cpp lists them.
namespace docent::maintenance {

extern const Command check_links;   // check_links.cpp
extern const Command fix_links;     // fix_links.cpp
extern const Command rename_page;   // rename_page.cpp
extern const Command replace;       // replace.cpp
extern const Command frontmatter;   // frontmatter.cpp
extern const Command format;        // format.cpp
extern const Command orphans;       // orphans.cpp
extern const Command stale;         // stale.cpp
extern const Command translations;  // translations.cpp
extern const Command help;          // commands.cpp

}  // namespace docent::maintenance

#pragma once
#include <string>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::maintenance {

/// A page of the source language and its translation: files below the documentation's folder.
struct Translated {
    std::string source;
    std::string translation;  // where it is, or is to be
    bool expected = false;    // the site's navigation has the source: a missing translation is missed
};

struct Language {
    std::string code;               // "es"
    std::string folder;             // below the documentation's
    std::vector<Translated> pages;  // by source
};

struct Languages {
    std::string source_folder;  // "" when the source language stands beside its translations' folders
    std::vector<Language> translations;
};

/// By the navigation's languages, of which the first is the source; else by folders that are named as
/// languages and have the same pages ("es/guide.md" beside "guide.md" or "en/guide.md"). `files`: those of
/// the documentation's pages, below its folder.
Languages find_languages(const Tree& tree, const std::vector<std::string>& files);

}  // namespace docent::maintenance

#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace docent::docs {

/// A link out of a page, as written.
struct Link {
    std::string target;  // "../guides/x#y", "/x", "https://..."
    std::string text;
    std::uint32_t line = 0;  // in the page's file, from 1
};

/// A page of the documentation.
struct Page {
    std::string path;  // on the site, without leading slash or extension: "guides/quickstart", "index"
    std::string file;  // below the source folder, with extension: what qrels and edits name
    std::string title;
    std::string description;
    std::vector<std::string> breadcrumbs;  // navigation titles above it, outermost first
    std::string language;  // normalised (lower case, synonyms mapped: "cn" -> "zh"); "" is untagged
    std::string version;   // "" is untagged
    std::string tag;       // "" is untagged
    std::vector<std::string> groups;    // who may see it; empty: everybody
    std::vector<std::string> keywords;  // match without being shown
    double boost = 1.0;
    std::string url;  // absolute address for external pages and llms sites; "" is the site's own /path
    std::string
        markdown;  // the whole page as plain GitHub Markdown: no JSX, no front matter, no title heading
    bool searchable = true;  // search and assistant
    bool listed = true;      // llms.txt
    bool is_api = false;     // filled from an OpenAPI operation
    std::vector<Link> links;
    std::vector<std::string> anchors;  // every heading's anchor, in order
    Millis modified = 0;
};

/// A section of a page under one heading: the unit that is indexed, quoted and cited.
struct Chunk {
    std::uint32_t page = 0;             // index into Site::pages
    std::string anchor;                 // "" for the text before the first heading
    std::vector<std::string> headings;  // inside the page, outermost first; the last is its own
    std::string text;                   // prose as plain text, for indexing
    std::string code;                   // contents of code blocks and inline code, for indexing
    std::string markdown;               // the section as plain Markdown without its heading, for people
};

/// What is wrong with a page or a configuration file; the rest of the import goes on.
struct Problem {
    std::string file;
    std::uint32_t line = 0;  // 0: the whole file
    std::string message;
    bool skipped = false;  // the page is not in the site
};

/// A documentation site as imported: everything search and the assistant need to know of it.
struct Site {
    std::string name;
    std::string description;
    std::vector<Page> pages;
    std::vector<Chunk> chunks;                     // grouped by page, in reading order
    std::map<std::string, std::string> redirects;  // from path to path or address
    std::map<std::string, std::string> files;  // files with a meaning: "llms.txt", ".mintlify/Assistant.md"
    std::vector<Problem> problems;
};

}  // namespace docent::docs

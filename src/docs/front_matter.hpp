#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// The YAML block at the head of a page, as far as the importer needs it. All of it is optional.
/// Fields are those of Mintlify, Docusaurus (id, slug, sidebar_label, tags, draft, unlisted) and VitePress
/// (search).
struct FrontMatter {
    std::string title, sidebar_title, description;
    std::string label;  // of a folder (_category_.json)
    std::string id, slug, url, openapi, asyncapi, api, tag, version, language, mode, canonical;
    std::vector<std::string> keywords, groups;
    std::optional<bool> hidden, noindex, searchable;
    std::optional<double> boost;
    bool draft = false, unlisted = false, deprecated = false;
};

struct FrontMatterBlock {
    FrontMatter fields;
    std::size_t body = 0;         // byte offset of what follows the block
    std::uint32_t body_line = 1;  // line of that, from 1
    std::string error;            // what is wrong with the YAML; "" when nothing is
    std::uint32_t error_line = 0;
};

/// Reads the block. Text without one is a body. Broken YAML is told in `error`; the simple `key: value` lines
/// of it are taken all the same.
FrontMatterBlock read_front_matter(std::string_view text);

}  // namespace docent::docs

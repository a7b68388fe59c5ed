#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "docs/links.hpp"
#include "docs/site.hpp"
#include "maintenance/json_spans.hpp"

namespace docent::maintenance {

/// A file of the documentation that links to others. Its links' bytes and lines count from the file's start.
struct Source {
    std::string file;  // below the documentation's folder
    std::string text;
    std::vector<docs::LinkSpan> links;
    std::optional<std::size_t> page;  // in LinkedSite::site.pages; nothing: a snippet or script
    std::size_t body = 0;             // where the front matter ends
};

/// A string of docs.json, or of a file that it takes in by $ref.
struct ConfigString {
    enum class Role {
        page,         // of the navigation
        link,         // an href
        file,         // a logo, an icon, an API description
        source,       // of a redirect
        destination,  // of a redirect
    };
    Role role = Role::page;
    std::string file;
    std::size_t begin = 0, end = 0;  // without the quotes
    std::uint32_t line = 0;
    std::string value;
};

struct Redirect {
    std::string source, destination;                        // as written
    std::size_t source_string = 0, destination_string = 0;  // in LinkedSite::config
    std::size_t item = 0;                                   // in its array
};

/// Where a link leads.
struct Resolution {
    enum class State {
        external,
        page,
        file,
        generated,  // made by the server: llms.txt, a page's feed
        no_page,
        no_anchor,  // `page` is known
        no_file,
        loop,  // of redirects
    };
    State state = State::external;
    std::optional<std::size_t> page;
    std::string file;               // of State::file
    std::string path;               // that was looked for: decoded, below the root
    std::string anchor;             // decoded
    std::vector<std::string> hops;  // the redirects on the way, as "/a -> /b"

    bool broken() const { return state >= State::no_page; }
};

/// A target in its parts: prefix + path + query + ("#" + anchor).
struct Target {
    std::string_view prefix;  // the site's own address or base path, when it is written out
    std::string_view path, query, anchor;
    bool external = false, has_anchor = false;
    bool absolute() const { return !prefix.empty() || (!path.empty() && path[0] == '/'); }
};

/// A documentation folder as a site whose files link to each other.
class LinkedSite {
public:
    /// Blocks. `folder`: the documentation's. `tree`: what pictures may be looked for in beside it
    /// ("static").
    static Result<LinkedSite> blocking_load(const std::filesystem::path& folder,
                                            const std::filesystem::path& tree);

    docs::Site site;
    bool mintlify = false;
    std::string config_file;                          // "docs.json"; "" without one
    std::map<std::string, std::string> config_texts;  // docs.json and what it takes in, by file
    std::set<std::string> broken_config;              // those that cannot be read
    std::vector<ConfigString> config;
    std::vector<Redirect> redirects;
    std::optional<JsonNode> redirect_array;                       // where one is added
    std::string redirect_file;                                    // in which the array stands
    std::vector<Source> sources;                                  // by file
    std::set<std::string> files;                                  // all that are published, and scripts
    std::map<std::string, std::vector<std::size_t>> included_by;  // snippet -> sources that take it in
    std::vector<std::string> languages;                           // folders of translations: "fr", "zh-Hans"
    std::string default_language;                                 // its folder, or ""

    Resolution resolve(const Source& from, const docs::LinkSpan& link) const;
    /// A target as a page would have it whose file is `file`.
    Resolution resolve(std::string_view file, std::optional<std::size_t> page, std::string_view target,
                       bool picture) const;
    Target parse(std::string_view target) const;

    std::optional<std::size_t> page_at(const std::string& path) const;  // site path
    std::optional<std::size_t> page_of(const std::string& file) const;  // file
    const Source* source_of(const std::string& file) const;
    bool has_file(const std::string& path) const;
    /// The folder of a translation that a file is in ("fr"), or "".
    std::string language_folder(std::string_view file) const;
    /// The site path that a file of this name has (or would have), without front matter.
    std::string path_of(std::string_view file) const;
    const std::string& base_path() const { return base_path_; }  // "/docs", or ""
    std::string root;  // of plain trees: the folder that all pages share

private:
    void read_config(const std::filesystem::path& folder);
    void read_sources(const std::filesystem::path& folder);
    std::optional<std::size_t> find_page(const std::string& path, bool is_html_right) const;
    bool has_anchor(std::size_t page, const std::string& anchor) const;
    void follow_redirects(Resolution& out) const;

    std::filesystem::path folder_, tree_;
    std::map<std::string, std::size_t, std::less<>> by_path_, by_file_;
    std::string own_address_;  // "https://example.com/docs"
    std::string base_path_;    // "/docs"
};

/// "guides/../a/./b" -> "a/b"; nothing when it leads out.
std::optional<std::string> joined_path(std::string_view folder, std::string_view path);
std::string folder_of(std::string_view file);
/// Entities and percent-escapes decoded; what cannot be is left as it is.
std::string decoded(std::string_view text);
bool is_picture(std::string_view file);

}  // namespace docent::maintenance

#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "docs/api_specs.hpp"
#include "docs/chunks.hpp"
#include "docs/front_matter.hpp"
#include "docs/import.hpp"
#include "docs/mdx.hpp"
#include "docs/navigation.hpp"
#include "docs/site_config.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {

/// A page while the site is put together.
struct Draft {
    Page page;
    FrontMatter fields;
    std::vector<Chunk> chunks;
    std::string marked;        // API pages only: what the page itself says (mdx.hpp)
    std::string spec;          // the API description nearest in the navigation
    bool title_known = false;  // by the front matter or a heading
};

/// One run of import_folder. Private to the import.
class Importer {
public:
    Importer(const std::filesystem::path& root, const ImportOptions& options)
        : root_(root), options_(options) {}
    Result<Site> run();

private:
    enum class Kind { mintlify, plain, html };

    // importer.cpp
    void choose_pages(const std::vector<SourceFile>& files);
    Status read_pages();
    void read_page(const SourceFile& file);
    void read_html(const SourceFile& file, std::string_view text);
    void convert(Draft& draft, std::string_view body, std::uint32_t first_line, bool mdx);
    std::optional<std::string> snippet(const std::string& path);
    void report(const std::string& file, std::uint32_t line, std::string message, bool skipped);
    Result<Site> assemble();

    // placing.cpp
    void place_mintlify();
    void place_plain();
    void place(Draft& draft, const NavEntry* entry);
    void apply_visibility(Draft& draft, std::optional<NavState> place) const;
    void read_folder_titles(const std::string& root);
    void read_settings();
    void read_meaningful_files();

    // api_pages.cpp
    void fill_api_pages(ApiSpecs& specs);
    void fill_from_operation(Draft& draft, const OpenApi& spec, const OpenApi::Operation& operation);
    void fill_from_channel(Draft& draft, const AsyncApi& spec, const AsyncApi::Channel& channel);
    void take_reference(Draft& draft, std::string_view heading, std::string_view intro,
                        std::string_view reference);
    void generate_api_pages(ApiSpecs& specs);

    const std::filesystem::path& root_;
    const ImportOptions& options_;
    Kind kind_ = Kind::plain;
    std::optional<SiteConfig> config_;
    Navigation navigation_;
    std::map<std::string, std::string> variables_;
    bool index_all_ = false;
    std::vector<SourceFile> files_;  // all that are not ignored
    std::vector<SourceFile> pages_;  // those that are pages
    std::vector<Draft> drafts_;
    std::set<std::string> documented_;  // what has a page: "file METHOD /path", "file channel name"
    std::set<std::string> imported_;    // files that others take in
    std::unordered_map<std::string, std::optional<std::string>> snippets_;
    std::map<std::string, std::string> folder_titles_;  // plain trees: of _category_ files
    Site site_;
};

}  // namespace docent::docs

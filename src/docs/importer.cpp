#include "docs/importer.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/html.hpp"
#include "docs/links.hpp"
#include "docs/page_path.hpp"
#include "docs/slug.hpp"

namespace docent::docs {

namespace {

/// Published .md pages begin with quoted notes for agents ("Documentation Index ... llms.txt"): not the
/// page's words.
std::size_t agent_note_end(std::string_view body) {
    std::size_t at = 0, end = 0;
    bool note = false;
    while (at < body.size()) {
        const auto stop = std::min(body.find('\n', at), body.size());
        const auto line = trim(body.substr(at, stop - at));
        if (!line.empty() && line[0] != '>') break;
        const auto low = lower_ascii(line.substr(0, 500));
        note = note || low.find("llms.txt") != std::string::npos ||
               low.find("documentation index") != std::string::npos;
        at = std::min(stop + 1, body.size());
        if (note) end = at;
    }
    return note ? end : 0;
}

}  // namespace

void Importer::report(const std::string& file, std::uint32_t line, std::string message, bool skipped) {
    if (site_.problems.size() < 10'000) site_.problems.push_back({file, line, std::move(message), skipped});
}

Result<Site> Importer::run() {
    config_ = read_site_config(root_, site_.problems);
    kind_ = config_ ? Kind::mintlify : Kind::plain;
    auto rules = config_ ? IgnoreRules::mintlify() : IgnoreRules::plain();
    if (const auto own = read_source(root_, ".mintignore", 1 << 20)) rules.add(*own);
    files_ = list_files(root_, rules, site_.problems);
    choose_pages(files_);
    if (pages_.empty()) return invalid("this folder has no pages (.md, .mdx or .html)");
    read_settings();
    TRY_VOID(read_pages());
    if (kind_ == Kind::mintlify) {
        place_mintlify();
        ApiSpecs specs(root_, files_, site_.problems);
        fill_api_pages(specs);
        generate_api_pages(specs);
    } else {
        place_plain();
    }
    read_meaningful_files();
    return assemble();
}

void Importer::choose_pages(const std::vector<SourceFile>& files) {
    for (const auto& file : files)
        if (is_page_extension(extension_of(file.path))) pages_.push_back(file);
    if (!pages_.empty() || config_) return;
    kind_ = Kind::html;
    for (const auto& file : files)
        if (const auto extension = extension_of(file.path); extension == ".html" || extension == ".htm")
            pages_.push_back(file);
}

Status Importer::read_pages() {
    if (pages_.size() > options_.max_pages) {
        report("", 0, "only the first " + std::to_string(options_.max_pages) + " pages are read", true);
        pages_.resize(options_.max_pages);
    }
    drafts_.reserve(pages_.size());
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        if (i % 16 == 0) {
            if (options_.cancelled && options_.cancelled())
                return Error(ErrorCode::cancelled, "the import was stopped");
            if (options_.progress) options_.progress(i, pages_.size());
        }
        read_page(pages_[i]);
    }
    if (options_.progress) options_.progress(pages_.size(), pages_.size());
    std::erase_if(drafts_, [&](const Draft& draft) { return imported_.count(draft.page.file) > 0; });
    return {};
}

void Importer::read_page(const SourceFile& file) {
    auto text = read_source(root_, file.path, options_.max_file);
    if (!text) return report(file.path, 0, text.error().message, true);
    if (!is_utf8(*text)) {
        std::size_t good = 0;
        while (good < text->size() && is_utf8(cut_utf8(*text, good + 4096)) && good + 4096 < text->size())
            good += 4096;
        report(file.path, static_cast<std::uint32_t>(line_of(*text, good)),
               "this file is not UTF-8; what is broken was replaced", false);
        *text = repair_utf8(*text);
    }
    if (kind_ == Kind::html) return read_html(file, *text);
    auto head = read_front_matter(*text);
    if (!head.error.empty()) report(file.path, head.error_line, std::move(head.error), false);
    Draft draft;
    draft.fields = std::move(head.fields);
    draft.page.file = file.path;
    draft.page.modified = file.modified;
    draft.page.title = draft.fields.title;
    auto body = std::string_view(*text).substr(head.body);
    auto line = head.body_line;
    if (const auto skip = agent_note_end(body)) {
        line += static_cast<std::uint32_t>(line_of(body, skip)) - 1;
        body.remove_prefix(skip);
    }
    const bool mdx = kind_ == Kind::mintlify || extension_of(file.path) == ".mdx";
    convert(draft, body, line, mdx);
    drafts_.push_back(std::move(draft));
}

void Importer::read_html(const SourceFile& file, std::string_view text) {
    auto html = html_to_page(text);
    if (!html.problem.empty()) report(file.path, 0, std::move(html.problem), false);
    Draft draft;
    draft.page.file = file.path;
    draft.page.modified = file.modified;
    draft.page.title = draft.fields.title = html.title;
    draft.fields.description = html.description;
    auto chunked = chunk_page(html.markdown, html.title, options_.chunk_words);
    draft.page.markdown = std::move(chunked.markdown);
    draft.page.anchors = std::move(chunked.anchors);
    draft.page.links = find_links(text, 1, Syntax::html);
    draft.chunks = std::move(chunked.chunks);
    draft.title_known = !html.title.empty();
    drafts_.push_back(std::move(draft));
}

void Importer::convert(Draft& draft, std::string_view body, std::uint32_t first_line, bool mdx) {
    auto& page = draft.page;
    MdxOptions options;
    options.mdx = mdx;
    options.file = page.file;
    options.variables = &variables_;
    options.snippet = [this](const std::string& path) { return snippet(path); };
    auto converted = mdx_to_markdown(body, options);
    for (const auto& path : converted.missing)
        report(page.file, 0, "the snippet \"" + path + "\" cannot be read", false);
    for (const auto& path : converted.snippets) imported_.insert(path);
    auto chunked = chunk_page(converted.marked, page.title, options_.chunk_words);
    page.markdown = std::move(chunked.markdown);
    page.anchors = std::move(chunked.anchors);
    for (auto& id : converted.ids)
        if (std::find(page.anchors.begin(), page.anchors.end(), id) == page.anchors.end())
            page.anchors.push_back(std::move(id));
    page.links = converted.pieces ? find_links(body, first_line, *converted.pieces)
                                  : find_links(body, first_line, mdx ? Syntax::mdx : Syntax::markdown);
    draft.title_known = !page.title.empty() || !chunked.title.empty();
    if (page.title.empty()) {
        page.title = chunked.title;
        // The title's heading stands above every section; it is the page's title already.
        for (auto& chunk : chunked.chunks)
            if (!chunk.headings.empty() && chunk.headings.front() == page.title) {
                chunk.headings.erase(chunk.headings.begin());
                if (chunk.headings.empty()) chunk.anchor.clear();
            }
    }
    draft.chunks = std::move(chunked.chunks);
    if (!draft.fields.openapi.empty() || !draft.fields.asyncapi.empty())
        draft.marked = std::move(converted.marked);
}

std::optional<std::string> Importer::snippet(const std::string& path) {
    const auto known = snippets_.find(path);
    if (known != snippets_.end()) return known->second;
    std::optional<std::string> text;
    // The path is below the root as written; a link that leads out of it is not followed.
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(root_ / path, failed);
    const auto root = std::filesystem::weakly_canonical(root_, failed);
    if (!failed && std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end())
        if (auto read = read_source(root_, path, options_.max_file))
            text = is_utf8(*read) ? std::move(*read) : repair_utf8(*read);
    return snippets_.emplace(path, std::move(text)).first->second;
}

Result<Site> Importer::assemble() {
    if (drafts_.empty()) return invalid("this folder has no page that can be read");
    for (auto& draft : drafts_) {
        const auto number = static_cast<std::uint32_t>(site_.pages.size());
        if (draft.chunks.empty()) {  // a page of pictures, say: found by its title
            Chunk chunk;
            chunk.text = chunk.markdown = draft.page.description;
            draft.chunks.push_back(std::move(chunk));
        }
        for (auto& chunk : draft.chunks) {
            chunk.page = number;
            site_.chunks.push_back(std::move(chunk));
        }
        site_.pages.push_back(std::move(draft.page));
    }
    return std::move(site_);
}

}  // namespace docent::docs

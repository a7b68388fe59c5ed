#include <set>

#include "base/text.hpp"
#include "docs/api_specs.hpp"
#include "docs/importer.hpp"
#include "docs/page_path.hpp"
#include "docs/slug.hpp"

namespace docent::docs {

namespace {

std::string title_of(const OpenApi::Operation& operation) {
    return operation.summary.empty() ? operation.method + " " + operation.path : operation.summary;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, text.find("\n\n"))) out += c == '\n' ? ' ' : c;
    return std::string(cut_utf8(trim(out), 300));
}

}  // namespace

/// Pages whose front matter names an operation: their content comes from the API description.
void Importer::fill_api_pages(ApiSpecs& specs) {
    for (auto& draft : drafts_) {
        const auto& written = draft.fields.openapi;
        if (written.empty()) {
            draft.page.is_api = !draft.fields.api.empty();
            continue;
        }
        const auto wanted = parse_operation(written);
        if (wanted.method.empty()) continue;
        const auto found = specs.find(wanted, draft.spec);
        if (!found.spec) {
            report(draft.page.file, 0, "no API description has the operation \"" + written + "\"", false);
            continue;
        }
        documented_.insert(found.file + " " + found.operation->method + " " + found.operation->path);
        fill_from_operation(draft, *found.spec, *found.operation);
    }
}

void Importer::fill_from_operation(Draft& draft, const OpenApi& spec, const OpenApi::Operation& operation) {
    auto reference = spec.markdown(operation.method, operation.path);
    if (!reference) return;
    auto& page = draft.page;
    page.is_api = true;
    if (!draft.title_known) page.title = title_of(operation);
    if (page.description.empty()) page.description = one_line(operation.description);
    if (!operation.operation_id.empty()) page.keywords.push_back(operation.operation_id);
    std::string intro;
    if (!operation.content.empty()) {
        MdxOptions options;
        options.file = page.file;
        options.variables = &variables_;
        options.snippet = [this](const std::string& path) { return snippet(path); };
        intro = mdx_to_markdown(operation.content, options).marked;
    }
    // The page's own text stands above, in sections of its own.
    const bool own = !trim(draft.marked).empty() || !trim(intro).empty();
    std::string marked = draft.marked + "\n" + intro + "\n";
    if (own)
        marked += std::string(section_begin) + "\n## " + operation.method + " " + operation.path + "\n\n";
    marked += *reference;
    if (own) marked += "\n" + std::string(section_end) + "\n";
    auto chunked = chunk_page(marked, page.title, options_.chunk_words);
    page.markdown = std::move(chunked.markdown);
    page.anchors = std::move(chunked.anchors);
    draft.chunks = std::move(chunked.chunks);
}

/// Pages that the navigation makes out of an API description.
void Importer::generate_api_pages(ApiSpecs& specs) {
    std::set<std::string> paths;
    for (const auto& draft : drafts_) paths.insert(draft.page.path);
    const auto generate = [&](const NavEntry& entry, const OpenApi& spec, const OpenApi::Operation& operation,
                              const std::string& file) {
        if (!documented_.insert(file + " " + operation.method + " " + operation.path).second) return;
        if (drafts_.size() >= options_.max_pages) return;
        Draft draft;
        auto& page = draft.page;
        page.file = file;
        const auto folder = entry.directory.empty() ? std::string("api-reference") : entry.directory;
        page.path = folder + "/" + (operation.tag.empty() ? "" : slugify(operation.tag) + "/") +
                    slugify(title_of(operation));
        if (!operation.href.empty() && operation.href[0] == '/') page.path = operation.href.substr(1);
        for (int n = 2; !paths.insert(page.path).second; ++n) page.path += "-" + std::to_string(n);
        place(draft, &entry);
        draft.fields.hidden = operation.hidden ? std::optional(true) : std::nullopt;
        apply_visibility(draft, entry.state);
        draft.title_known = false;
        fill_from_operation(draft, spec, operation);
        if (!operation.tag.empty() && entry.all_operations) page.breadcrumbs.push_back(operation.tag);
        drafts_.push_back(std::move(draft));
    };
    for (const auto& entry : navigation_.entries) {
        if (!entry.operation.empty()) {
            const auto found = specs.find(parse_operation(entry.operation), entry.spec);
            if (found.spec)
                generate(entry, *found.spec, *found.operation, found.file);
            else
                report(config_->file, 0,
                       "no API description has the operation \"" + entry.operation + "\" of the navigation",
                       false);
        } else if (entry.all_operations) {
            const auto* spec = specs.spec(entry.spec);
            if (!spec) continue;
            std::string_view file = entry.spec;
            while (!file.empty() && file[0] == '/') file.remove_prefix(1);
            for (const auto& operation : spec->operations())
                generate(entry, *spec, operation, std::string(file));
        }
    }
}

}  // namespace docent::docs

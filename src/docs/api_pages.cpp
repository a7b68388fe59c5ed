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

std::string title_of(const AsyncApi::Channel& channel) {
    return channel.title.empty() ? channel.name : channel.title;
}

std::string without_slash(std::string_view file) {
    while (file.starts_with('/')) file.remove_prefix(1);
    return std::string(file);
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, text.find("\n\n"))) out += c == '\n' ? ' ' : c;
    return std::string(cut_utf8(trim(out), 300));
}

}  // namespace

/// Pages whose front matter names an operation or channel: their content comes from the API description.
void Importer::fill_api_pages(ApiSpecs& specs) {
    for (auto& draft : drafts_) {
        const auto& written = draft.fields.openapi;
        if (written.empty() && !draft.fields.asyncapi.empty()) {
            const auto found = specs.find_channel(parse_channel(draft.fields.asyncapi));
            if (found.spec) {
                documented_.insert(found.file + " channel " + found.channel->name);
                fill_from_channel(draft, *found.spec, *found.channel);
            } else {
                report(draft.page.file, 0,
                       "no AsyncAPI description has the channel \"" + draft.fields.asyncapi + "\"", false);
            }
            continue;
        }
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
    take_reference(draft, operation.method + " " + operation.path, intro, *reference);
}

/// Puts a reference below the page's own text, which stands above in sections of its own.
void Importer::take_reference(Draft& draft, std::string_view heading, std::string_view intro,
                              std::string_view reference) {
    const bool own = !trim(draft.marked).empty() || !trim(intro).empty();
    std::string marked = draft.marked + "\n";
    marked.append(intro) += '\n';
    if (own) marked.append(section_begin).append("\n## ").append(heading) += "\n\n";
    marked += reference;
    if (own) marked.append("\n").append(section_end) += '\n';
    auto chunked = chunk_page(marked, draft.page.title, options_.chunk_words);
    draft.page.markdown = std::move(chunked.markdown);
    draft.page.anchors = std::move(chunked.anchors);
    draft.chunks = std::move(chunked.chunks);
}

void Importer::fill_from_channel(Draft& draft, const AsyncApi& spec, const AsyncApi::Channel& channel) {
    const auto reference = spec.markdown(channel.name);
    if (!reference) return;
    auto& page = draft.page;
    page.is_api = true;
    if (!draft.title_known) page.title = title_of(channel);
    if (page.description.empty()) page.description = one_line(channel.description);
    page.keywords.push_back(channel.name);
    take_reference(draft, "Channel " + channel.name, "", *reference);
}

/// Pages that the navigation makes out of an API description.
void Importer::generate_api_pages(ApiSpecs& specs) {
    std::set<std::string> paths;
    for (const auto& draft : drafts_) paths.insert(draft.page.path);
    // A page of its own at `path`, placed where the navigation names it; nothing when one is there already.
    const auto begin = [&](const NavEntry& entry, const std::string& file, const std::string& key,
                           std::string path, std::optional<bool> hidden) -> std::optional<Draft> {
        if (!documented_.insert(file + " " + key).second || drafts_.size() >= options_.max_pages)
            return std::nullopt;
        Draft draft;
        draft.page.file = file;
        draft.page.path = std::move(path);
        for (int n = 2; !paths.insert(draft.page.path).second; ++n)
            draft.page.path += "-" + std::to_string(n);
        place(draft, &entry);
        draft.fields.hidden = hidden;
        apply_visibility(draft, entry.state);
        draft.title_known = false;
        return draft;
    };
    const auto folder_of = [](const NavEntry& entry) {
        return entry.directory.empty() ? std::string("api-reference") : entry.directory;
    };
    const auto generate = [&](const NavEntry& entry, const OpenApi& spec, const OpenApi::Operation& operation,
                              const std::string& file) {
        auto path = folder_of(entry) + "/" + (operation.tag.empty() ? "" : slugify(operation.tag) + "/") +
                    slugify(title_of(operation));
        if (!operation.href.empty() && operation.href[0] == '/') path = operation.href.substr(1);
        auto draft = begin(entry, file, operation.method + " " + operation.path, std::move(path),
                           operation.hidden ? std::optional(true) : std::nullopt);
        if (!draft) return;
        fill_from_operation(*draft, spec, operation);
        if (!operation.tag.empty() && entry.all_operations) draft->page.breadcrumbs.push_back(operation.tag);
        drafts_.push_back(*std::move(draft));
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
            for (const auto& operation : spec->operations())
                generate(entry, *spec, operation, without_slash(entry.spec));
        } else if (!entry.async_spec.empty()) {
            const auto* spec = specs.async_spec(entry.async_spec);
            if (!spec) continue;
            for (const auto& channel : spec->channels()) {
                auto draft = begin(entry, without_slash(entry.async_spec), "channel " + channel.name,
                                   folder_of(entry) + "/" + slugify(title_of(channel)), std::nullopt);
                if (!draft) continue;
                fill_from_channel(*draft, *spec, channel);
                drafts_.push_back(*std::move(draft));
            }
        }
    }
}

}  // namespace docent::docs

#include "maintenance/mend.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "docs/page_path.hpp"
#include "docs/slug.hpp"
#include "docs/source_files.hpp"

namespace docent::maintenance {

namespace {

using State = Resolution::State;

std::string last_part(std::string_view path) { return lower_ascii(path.substr(path.rfind('/') + 1)); }

std::string joined(std::string a, const std::string& b) {
    return a.empty() ? b : b.empty() ? a : a + "; " + b;
}

}  // namespace

Mender::Mender(const Tree& tree, const LinkedSite& site) : tree_(tree), site_(site) {}
Mender::~Mender() = default;

Status Mender::need_history() {
    if (history_) return {};
    auto loaded = FileHistory::blocking_load(tree_, site_);
    if (!loaded) return std::move(loaded).error();
    history_ = std::make_unique<FileHistory>(*std::move(loaded));
    return {};
}

Destination Mender::page_destination(std::size_t page) const {
    return {site_.site.pages[page].file, site_.site.pages[page].path, std::nullopt};
}

std::optional<Mender::Found> Mender::by_spelling(const PlacedLink& link, std::string& left) const {
    const auto& where = link.where;
    const auto wanted = lower_ascii(docs::fold_index(where.path));
    std::vector<Found> found;
    if (where.state == State::no_file) {
        for (const auto& file : site_.files)
            if (lower_ascii(file) == lower_ascii(where.path))
                found.push_back({{file, std::nullopt, std::nullopt}, "the file is spelled " + as_code(file)});
    } else {
        const std::string bare(docs::without_extension(where.path));
        for (std::size_t i = 0; i < site_.site.pages.size(); ++i) {
            const auto& page = site_.site.pages[i];
            if (lower_ascii(page.path) == wanted ||
                lower_ascii(docs::without_extension(page.file)) == wanted || lower_ascii(page.file) == wanted)
                found.push_back({page_destination(i), "the page is spelled " + as_code("/" + page.path)});
        }
        const auto extension = docs::extension_of(where.path);
        if (found.empty() && is_one_of(extension, {".html", ".htm", ".md", ".mdx", ".markdown"}))
            for (std::size_t i = 0; i < site_.site.pages.size(); ++i) {
                const auto& page = site_.site.pages[i];
                if (lower_ascii(page.path) != lower_ascii(docs::fold_index(bare)) &&
                    lower_ascii(docs::without_extension(page.file)) != lower_ascii(bare))
                    continue;
                found.push_back({page_destination(i), "the page is the file " + as_code(page.file)});
            }
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) left = "several have this name in other letters";
    return std::nullopt;
}

std::optional<Mender::Found> Mender::by_moves(const PlacedLink& link, std::string& left) {
    const auto& where = link.where;
    const bool is_file = where.state == State::no_file;
    const auto parts = site_.parse(link.target);
    // A relative link that was right where its page stood before.
    if (!parts.absolute() && link.source && link.source->page)
        for (const auto& name : history_->former_names(link.file)) {
            const auto then = site_.resolve(name.file, std::nullopt, link.target, is_file);
            if (then.state == State::file)
                return Found{{then.file, std::nullopt, std::nullopt},
                             "this page was " + as_code(name.file) + ", " + name.evidence};
            if (!then.page) continue;
            return Found{page_destination(*then.page),
                         "this page was " + as_code(name.file) + ", " + name.evidence};
        }
    std::vector<std::string> paths{where.path};
    if (!parts.absolute() && link.source)
        for (const auto& name : history_->former_names(link.file))
            if (auto path = joined_path(folder_of(name.file), decoded(parts.path)))
                paths.push_back(*std::move(path));
    for (const auto& path : paths) {
        auto moved = history_->moved(path);
        if (!moved && !is_file) {
            auto bare = path;
            if (is_one_of(docs::extension_of(bare), {".md", ".mdx", ".html", ".markdown"}))
                bare = std::string(docs::without_extension(bare));
            moved = history_->moved_page(docs::fold_index(bare));
            if (!moved)
                if (const auto removed = history_->removed_page(docs::fold_index(bare)))
                    left = "the page was " + *removed;
        }
        if (!moved) continue;
        if (is_file) return Found{{moved->file, std::nullopt, std::nullopt}, moved->evidence};
        if (const auto page = site_.page_of(moved->file))
            return Found{page_destination(*page), moved->evidence};
    }
    return std::nullopt;
}

std::optional<Mender::Found> Mender::anchor_of(std::size_t page, const std::string& anchor,
                                               std::string& left) {
    const auto& known = site_.site.pages[page];
    std::vector<std::string> same;
    for (const auto& candidate : known.anchors)
        if (lower_ascii(candidate) == lower_ascii(anchor) || candidate == docs::slugify(anchor))
            if (std::find(same.begin(), same.end(), candidate) == same.end()) same.push_back(candidate);
    auto to = page_destination(page);
    if (same.size() == 1) {
        to.anchor = same.front();
        return Found{to, "the anchor is spelled " + as_code("#" + same.front())};
    }
    const auto moved = history_->moved_anchor(known.file, anchor, left);
    if (!moved) return std::nullopt;
    const auto target = site_.page_of(moved->file);
    if (!target) return std::nullopt;
    const auto& anchors = site_.site.pages[*target].anchors;
    if (std::find(anchors.begin(), anchors.end(), moved->anchor) == anchors.end()) return std::nullopt;
    to = page_destination(*target);
    to.anchor = moved->anchor;
    return Found{to, moved->evidence};
}

std::string Mender::guess_page(const PlacedLink& link) const {
    const auto& where = link.where;
    if (where.state == State::no_anchor) {
        const auto near = nearest(where.anchor, site_.site.pages[*where.page].anchors);
        return near.empty() ? "" : "#" + near;
    }
    const auto language = site_.language_folder(link.file);
    std::vector<std::string> found;
    if (where.state == State::no_file) {
        for (const auto& file : site_.files)
            if (last_part(file) == last_part(where.path)) found.push_back(file);
    } else {
        // The page of the same name in the language of the page; or the same page in another language.
        const auto name = last_part(docs::without_extension(docs::fold_index(where.path)));
        for (const auto& page : site_.site.pages)
            if (site_.language_folder(page.file) == language && last_part(page.path) == name)
                found.push_back(page.path);
        if (found.empty() && !language.empty() && site_.page_at(language + "/" + where.path))
            found.push_back(language + "/" + where.path);
    }
    return found.size() == 1 ? "/" + found.front() : "";
}

Result<Remedy> Mender::blocking_mend(const PlacedLink& link) {
    TRY_VOID(need_history());
    Remedy out;
    const auto& where = link.where;
    const auto from = link.file;
    std::optional<Found> page;  // where the page is wrong
    std::string evidence;
    std::optional<std::size_t> number = where.page;
    if (where.state == State::no_page || where.state == State::no_file) {
        page = by_spelling(link, out.left);
        if (!page) page = by_moves(link, out.left);
        if (!page) {
            out.guess = guess_page(link);
            return out;
        }
        evidence = page->evidence;
        number = page->to.path ? site_.page_at(*page->to.path) : std::nullopt;
    }
    if (!where.hops.empty()) {
        std::string hops;
        for (const auto& hop : where.hops) hops += (hops.empty() ? "" : ", ") + as_code(hop);
        evidence = joined("redirected by " + hops, evidence);
        if (!page && number) page = Found{page_destination(*number), ""};
    }
    if (where.state == State::loop || (!page && where.state != State::no_anchor)) return out;
    auto to = page ? page->to : page_destination(*number);
    const auto parts = site_.parse(link.target);
    // A redirect may name the anchor itself.
    if (!where.anchor.empty() && decoded(parts.anchor) != where.anchor) to.anchor = where.anchor;
    bool other_page = page.has_value();
    if (number && !where.anchor.empty()) {
        const auto& anchors = site_.site.pages[*number].anchors;
        if (!site_.site.pages[*number].is_api &&
            std::find(anchors.begin(), anchors.end(), where.anchor) == anchors.end()) {
            if (const auto found = anchor_of(*number, where.anchor, out.left)) {
                other_page = other_page || found->to.path != to.path;
                to = found->to;
                evidence = joined(evidence, found->evidence);
            } else if (!page) {
                out.guess = guess_page(link);
                return out;
            }
            // Else the page is right again, and its anchor is told next time.
        }
    }
    out.target = other_page ? retarget(site_, link.target, from, to) : with_anchor(link.target, *to.anchor);
    out.evidence = std::move(evidence);
    if (*out.target == link.target) out.target.reset();
    return out;
}

std::string report_line(const Tree& tree, const LinkedSite& site, const PlacedLink& link,
                        const Remedy& remedy) {
    auto line = "- " + place_of(tree, link.file, link.span.line) + ": " + as_code(link.target) + ": " +
                why_broken(site, link) + ".";
    if (remedy.target)
        line += " It should be " + as_code(*remedy.target) + ": " + remedy.evidence + ".";
    else if (!remedy.left.empty())
        line += " As far as git knows, " + remedy.left + ".";
    if (!remedy.target && !remedy.guess.empty()) line += " Perhaps " + as_code(remedy.guess) + ".";
    return line + "\n";
}

}  // namespace docent::maintenance

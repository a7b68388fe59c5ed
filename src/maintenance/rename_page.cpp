#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/page_path.hpp"
#include "docs/source_files.hpp"
#include "maintenance/broken_links.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/file_edits.hpp"
#include "maintenance/retarget.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t most_mentions = 50;

struct Move {
    std::size_t page;
    std::string old_file, new_file;
    std::string old_path, new_path;
};

std::string trimmed(std::string_view path) {
    while (!path.empty() && path.front() == '/') path.remove_prefix(1);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    return std::string(path);
}

/// A rename while it is put together.
class Renaming {
public:
    Renaming(const Tree& tree, const LinkedSite& site) : tree_(tree), site_(site), edits_(tree.docs) {}

    Result<Outcome> run(const std::string& from, const std::string& to) {
        TRY(const auto page, find(from));
        TRY_VOID(plan(page, to));
        if (moves_.empty()) return invalid("NEW is what the page is called already");
        for (const auto& move : moves_)
            edits_.move(move.old_file, site_.source_of(move.old_file)->text, move.new_file);
        for (const auto& link : placed_links(site_)) mend(link);
        TRY_VOID(redirect());
        return outcome();
    }

private:
    std::string without_docs(std::string path) const {
        if (!tree_.docs.empty() && path.starts_with(tree_.docs + "/") &&
            docs::is_page_extension(docs::extension_of(path)))
            path.erase(0, tree_.docs.size() + 1);
        return path;
    }

    Result<std::size_t> find(const std::string& written) const {
        const auto name = without_docs(trimmed(written));
        if (const auto page = site_.page_of(name)) return *page;
        const auto found = site_.resolve("", std::nullopt, "/" + name, false);
        if (found.page && found.hops.empty() && site_.source_of(site_.site.pages[*found.page].file) &&
            docs::is_page_extension(docs::extension_of(site_.site.pages[*found.page].file)))
            return *found.page;
        std::vector<std::string> known;
        for (const auto& page : site_.site.pages) known.push_back(page.path);
        const auto near = nearest(name, known);
        return invalid("OLD must name a page, as \"guides/start\"; there is none at \"" + written + "\"" +
                       (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
    }

    Status plan(std::size_t page, const std::string& written) {
        auto name = without_docs(trimmed(written));
        const auto& old = site_.site.pages[page];
        auto extension = docs::extension_of(name);
        if (docs::is_page_extension(extension))
            name.resize(name.size() - extension.size());
        else
            extension = old.file.substr(docs::without_extension(old.file).size());
        const auto parts = split(name, '/');
        for (const auto& part : parts)
            if (part.empty() || part[0] == '.' ||
                part.find_first_of("?#%*:\"<>|\\{}[]\n\t") != std::string::npos)
                return invalid("NEW must be a path of the site, as \"guides/start\"");
        std::string target = name + extension;
        if (!site_.root.empty() && !target.starts_with(site_.root + "/")) target = site_.root + "/" + target;
        TRY_VOID(add(page, target));
        // Its translations stand at the same place below the folders of their languages.
        const auto language = site_.language_folder(old.file);
        if (language != site_.default_language) return {};
        const auto old_rest = language.empty() ? old.file : old.file.substr(language.size() + 1);
        if (!language.empty() && !target.starts_with(language + "/")) return {};
        const auto new_rest = language.empty() ? target : target.substr(language.size() + 1);
        for (const auto& other : site_.languages) {
            if (other == language) continue;
            const auto bare = std::string(docs::without_extension(old_rest));
            for (const auto* ending : {".mdx", ".md", ".markdown"})
                if (const auto found = site_.page_of(other + "/" + bare + ending))
                    TRY_VOID(
                        add(*found, other + "/" + std::string(docs::without_extension(new_rest)) + ending));
        }
        return {};
    }

    Status add(std::size_t page, const std::string& new_file) {
        const auto& old = site_.site.pages[page];
        Move move{page, old.file, new_file, old.path, ""};
        const auto fields = docs::read_front_matter(site_.source_of(old.file)->text).fields;
        move.new_path =
            site_.mintlify ? site_.path_of(new_file) : docs::plain_page_path(new_file, site_.root, fields);
        if (move.new_file == move.old_file) return {};
        const bool taken = site_.files.count(new_file) > 0 || site_.has_file(new_file);
        const auto there = site_.page_at(move.new_path);
        if (taken || (there && *there != page))
            return conflict("NEW is taken: there is a page at \"" + move.new_path + "\" already");
        moves_.push_back(std::move(move));
        return {};
    }

    const Move* move_of(std::optional<std::size_t> page) const {
        for (const auto& move : moves_)
            if (page == move.page) return &move;
        return nullptr;
    }
    const Move* move_of_file(const std::string& file) const {
        for (const auto& move : moves_)
            if (file == move.old_file) return &move;
        return nullptr;
    }

    void mend(const PlacedLink& link) {
        if (link.string) return mend_config(link);
        const auto* leaves = move_of_file(link.file);
        const auto parts = site_.parse(link.target);
        const auto& where = link.where;
        if (parts.external || (parts.path.empty() && parts.prefix.empty()) || !where.hops.empty()) return;
        const auto* target = where.page           ? move_of(where.page)
                             : where.file.empty() ? nullptr
                                                  : move_of_file(where.file);
        if (!target && (!leaves || parts.absolute())) return;
        if (!target && !where.page && where.state != Resolution::State::file) return;  // broken before
        Destination to;
        if (target) {
            to = {target->new_file, target->new_path, std::nullopt};
        } else if (where.page) {
            to = {site_.site.pages[*where.page].file, site_.site.pages[*where.page].path, std::nullopt};
        } else {
            to = {where.file, std::nullopt, std::nullopt};
        }
        if (!target && leaves && folder_of(leaves->old_file) == folder_of(leaves->new_file)) return;
        const auto with = retarget(site_, link.target, leaves ? leaves->new_file : link.file, to);
        if (with != link.target &&
            edits_.replace(link.file, link.source->text, link.span.begin, link.span.end, with)) {
            ++links_;
            linking_.insert(link.file);
        }
    }

    void mend_config(const PlacedLink& link) {
        const auto& string = *link.string;
        if (string.role == ConfigString::Role::source || string.role == ConfigString::Role::file) return;
        const auto* target = move_of(link.where.page);
        if (!target || !link.where.hops.empty()) return;
        const auto with =
            retarget(site_, link.target, "", {target->new_file, target->new_path, std::nullopt});
        const auto& text = site_.config_texts.at(link.file);
        if (with == link.target ||
            !edits_.replace(link.file, text, string.begin, string.end, json_escaped(with)))
            return;
        if (string.role == ConfigString::Role::page)
            ++entries_;
        else if (string.role == ConfigString::Role::destination)
            ++destinations_;
        else
            ++links_;
    }

    Status redirect() {
        if (!site_.mintlify || !site_.broken_config.empty()) return {};
        std::vector<std::vector<std::pair<std::string, std::string>>> added;
        for (const auto& move : moves_) {
            if (move.old_path == move.new_path) continue;
            const auto known =
                std::find_if(site_.redirects.begin(), site_.redirects.end(),
                             [&](const auto& one) { return trimmed(one.source) == move.old_path; });
            if (known == site_.redirects.end())
                added.push_back({{"source", "/" + move.old_path}, {"destination", "/" + move.new_path}});
        }
        redirects_ = added.size();
        if (site_.redirect_array) {
            const auto& text = site_.config_texts.at(site_.redirect_file);
            const auto& array = *site_.redirect_array;
            // One that leads away from the new address would hide the page, or lead in a circle.
            for (const auto& one : site_.redirects)
                for (const auto& move : moves_)
                    if (trimmed(one.source) == move.new_path) {
                        const auto [begin, end] = json_removal(text, array, one.item);
                        edits_.drop(site_.redirect_file, begin, end);
                        edits_.replace(site_.redirect_file, text, begin, end, "");
                        removed_.push_back("/" + move.new_path);
                    }
            if (added.empty()) return {};
            const auto [at, insertion] = json_insertion(text, array, added);
            edits_.insert(site_.redirect_file, text, at, insertion);
            return {};
        }
        if (added.empty()) return {};
        const auto& text = site_.config_texts.at(site_.config_file);
        const auto top = read_json_spans(text);
        if (!top || top->members.empty()) return {};
        const auto feed = line_end_of(text), step = json_indent(text);
        const bool lines = text.find('\n') != std::string::npos;
        std::string out = lines ? "," + feed + step + "\"redirects\": [" : ", \"redirects\": [";
        for (std::size_t i = 0; i < added.size(); ++i) {
            if (i > 0) out += lines ? "," : ", ";
            const auto object = [&](const std::string& between, const std::string& end) {
                out += "{" + between + "\"source\": \"" + json_escaped(added[i][0].second) + "\"," + between +
                       "\"destination\": \"" + json_escaped(added[i][1].second) + "\"" + end + "}";
            };
            if (lines) out += feed + step + step;
            if (lines)
                object(feed + step + step + step, feed + step + step);
            else
                object(" ", " ");
        }
        out += lines ? feed + step + "]" : "]";
        edits_.insert(site_.config_file, text, top->members.back().second.end, out);
        return {};
    }

    /// Where the old address stands as text, outside of links: in code, say.
    std::vector<std::string> mentions() const {
        std::vector<std::string> out;
        const auto look = [&](const std::string& file, const std::string& text) {
            for (const auto& move : moves_) {
                const auto wanted = "/" + move.old_path;
                for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
                    const auto end = at + wanted.size();
                    const auto next = end < text.size() ? text[end] : ' ';
                    const auto before = at > 0 ? text[at - 1] : ' ';
                    const bool word = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                                      (next >= '0' && next <= '9') || next == '-' || next == '_' ||
                                      next == '/';
                    const bool longer = (before >= 'a' && before <= 'z') ||
                                        (before >= '0' && before <= '9') || before == '-' || before == '_';
                    if (word || longer || edits_.covers(file, at, end) || out.size() > most_mentions)
                        continue;
                    out.push_back(place_of(tree_, file, static_cast<std::uint32_t>(line_of(text, at))));
                }
            }
        };
        for (const auto& source : site_.sources) look(source.file, source.text);
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }

    Outcome outcome() const {
        Outcome out;
        out.changes = edits_.changes();
        const auto& first = moves_.front();
        out.title = "Rename " + first.old_path + " to " +
                    (first.new_path == first.old_path ? first.new_file : first.new_path);
        for (const auto& move : moves_)
            out.report += "- " + place_of(tree_, move.old_file, 0) + " is now " +
                          place_of(tree_, move.new_file, 0) + ".\n";
        if (entries_ > 0)
            out.report += "- " + counted(entries_, "entry", "entries") + " of the navigation changed.\n";
        if (links_ > 0)
            out.report += "- " + counted(links_, "link", "links") + " changed, in " +
                          counted(linking_.size(), "file", "files") + "; each is written as it was.\n";
        if (redirects_ > 0) out.report += "- " + counted(redirects_, "redirect", "redirects") + " added.\n";
        if (destinations_ > 0)
            out.report += "- " + counted(destinations_, "redirect leads", "redirects lead") +
                          " to the new address now, without a detour.\n";
        for (const auto& path : removed_)
            out.report += "- The redirect away from " + as_code(path) + " is gone: the page is there now.\n";
        if (!site_.mintlify && first.old_path != first.new_path)
            out.report += "- No redirect: this site has no docs.json. Readers who come by the old address " +
                          as_code("/" + first.old_path) + " will not find the page.\n";
        const auto left = mentions();
        if (!left.empty()) {
            out.report +=
                "\n## Left alone\n\nThe old address stands here outside of links, in code for instance:\n\n";
            for (std::size_t i = 0; i < left.size() && i < most_mentions; ++i)
                out.report += "- " + left[i] + "\n";
            if (left.size() > most_mentions) out.report += "- and more\n";
        }
        return out;
    }

    const Tree& tree_;
    const LinkedSite& site_;
    FileEdits edits_;
    std::vector<Move> moves_;
    std::size_t links_ = 0, entries_ = 0, redirects_ = 0, destinations_ = 0;
    std::set<std::string> linking_;
    std::vector<std::string> removed_;
};

Result<Outcome> run_rename_page(const Tree& tree, const Arguments& arguments) {
    TRY(const auto site, blocking_load_site(tree));
    return Renaming(tree, site).run(arguments.values[0], arguments.values[1]);
}

}  // namespace

const Command rename_page{
    "rename-page",
    "/rename-page OLD NEW",
    "Moves a page and its translations, with the navigation, every link to them and a redirect.",
    {},
    {},
    run_rename_page,
    {"OLD", "NEW"}};

}  // namespace docent::maintenance

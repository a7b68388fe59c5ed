#pragma once
#include <memory>
#include <optional>
#include <string>

#include "maintenance/broken_links.hpp"
#include "maintenance/file_history.hpp"
#include "maintenance/retarget.hpp"

namespace docent::maintenance {

/// What to do about a broken link.
struct Remedy {
    std::optional<std::string> target;  // what it is to be, in its own notation; nothing: a person decides
    std::string evidence;               // of `target`: a clause without a stop
    std::string guess;                  // without `target`: what it might be, or ""
    std::string left;                   // without `target`: why it is left; may be ""
};

/// A line of a report, with its end: where a broken link stands, what is wrong, and what to do about it.
std::string report_line(const Tree& tree, const LinkedSite& site, const PlacedLink& link,
                        const Remedy& remedy);

/// Finds what broken links were meant to be: by spelling (letter case, extension), redirects and git history.
/// The history is read when it is first needed.
class Mender {
public:
    Mender(const Tree& tree, const LinkedSite& site);
    ~Mender();
    /// Blocks. `link` is broken, or leads through redirects.
    Result<Remedy> blocking_mend(const PlacedLink& link);

private:
    struct Found {
        Destination to;
        std::string evidence;
    };
    std::optional<Found> by_spelling(const PlacedLink& link, std::string& left) const;
    std::optional<Found> by_moves(const PlacedLink& link, std::string& left);
    std::optional<Found> anchor_of(std::size_t page, const std::string& anchor, std::string& left);
    std::string guess_page(const PlacedLink& link) const;
    Destination page_destination(std::size_t page) const;
    Status need_history();

    const Tree& tree_;
    const LinkedSite& site_;
    std::unique_ptr<FileHistory> history_;
};

}  // namespace docent::maintenance

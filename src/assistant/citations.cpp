#include "assistant/citations.hpp"

#include <algorithm>
#include <cctype>

#include "assistant/conversation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

using Outcome = CheckedLink::Outcome;

/// "https://host/..." -> "host", in lower case; "" for an address on this site.
std::string host_of(std::string_view target) {
    std::size_t from = 0;
    if (const auto scheme = target.find("://"); scheme != target.npos && scheme < 12) {
        from = scheme + 3;
    } else if (target.substr(0, 2) == "//") {
        from = 2;
    } else if (lower_ascii(target.substr(0, 4)) == "www.") {
        from = 0;
    } else {
        return "";
    }
    auto authority = target.substr(from, target.find_first_of("/?#\\", from) - from);
    if (const auto at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
    return lower_ascii(authority);
}

/// "mailto:", "javascript:", "data:": an address that is no page.
bool has_other_scheme(std::string_view target) {
    const auto colon = target.find(':');
    if (colon == target.npos || colon > target.find_first_of("/?#")) return false;
    return std::all_of(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-' || c == '.'; });
}

/// A label that only makes sense as a link: "[1]", "source".
bool is_mark(std::string_view label) {
    const auto text = trim(label);
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isdigit(c) || std::ispunct(c) || c == ' '; });
}

}  // namespace

std::string_view outcome_word(Outcome outcome) {
    switch (outcome) {
        case Outcome::kept:
            return "supported";
        case Outcome::pointer:
            return "pointer";
        case Outcome::unchecked:
            return "not checked: another language";
        case Outcome::unsupported:
            return "dropped: not supported";
        case Outcome::unknown:
            return "dropped: not a page that was read";
        case Outcome::image:
            return "dropped: image";
    }
    return "";
}

Citations::Citations(const search::Index& index, std::string base_path, std::vector<std::string> link_hosts)
    : index_(index), base_path_(std::move(base_path)), link_hosts_(std::move(link_hosts)), support_(index) {}

Citations::Place Citations::place_of(std::string_view target) const {
    Place out;
    const auto hash = target.find('#');
    const auto anchor = hash == target.npos ? std::string_view() : target.substr(hash + 1);
    auto path = target.substr(0, hash);
    const auto host = host_of(target);
    if (path.empty() || (host.empty() && has_other_scheme(path))) return out;
    if (host.empty() && !base_path_.empty() && path.substr(0, base_path_.size()) == base_path_ &&
        (path.size() == base_path_.size() || path[base_path_.size()] == '/'))
        path.remove_prefix(base_path_.size());
    const auto page = index_.find_page(path.empty() ? "/" : path);
    if (!page || pages_.count(*page) == 0) return out;
    const auto view = index_.page(*page);
    // An address with a host is the page's own or none of ours.
    if (!host.empty() && host != host_of(view.url)) return out;
    out.known = true;
    out.page = *page;
    if (anchor.empty()) return out;
    bool exists = std::find(view.anchors.begin(), view.anchors.end(), anchor) != view.anchors.end();
    for (std::uint32_t i = 0; !exists && i < view.chunk_count; ++i)
        exists = index_.chunk(view.first_chunk + i).anchor == anchor;
    if (exists) out.anchor = anchor;
    return out;
}

bool Citations::may_link_out(std::string_view target) const {
    const auto host = host_of(target);
    if (host.empty() || target.substr(0, 8) != "https://" ||
        std::find(link_hosts_.begin(), link_hosts_.end(), host) == link_hosts_.end())
        return false;
    return std::any_of(pages_.begin(), pages_.end(), [&](std::uint32_t page) {
        const auto markdown = index_.page(page).markdown;
        for (std::size_t at = 0; (at = markdown.find(target, at)) != markdown.npos; at += target.size()) {
            const auto end = at + target.size();
            // The whole address, not the beginning of a longer one.
            if (end == markdown.size() ||
                std::string_view(" )>\"'`\n|,").find(markdown[end]) != std::string_view::npos)
                return true;
        }
        return false;
    });
}

Citations::Decision Citations::decide(const WrittenLink& link) {
    Decision out;
    out.check.claim = link.claim;
    out.check.url = link.target;
    // The label stays; an address that leads nowhere is shown as code, which no renderer makes a link.
    const bool address = link.kind == WrittenLink::Kind::address;
    std::string code;
    for (const char c : link.target) {
        if (c != '`' && c != '\n') code += c;
    }
    out.markdown = address ? "`" + code + "`" : is_mark(link.label) ? "" : link.label;
    if (link.kind == WrittenLink::Kind::image) {
        out.check.outcome = Outcome::image;
        return out;
    }
    const Place place = place_of(link.target);
    if (!place.known) {
        out.check.outcome = Outcome::unknown;
        if (may_link_out(link.target)) {
            out.check.outcome = Outcome::pointer;
            out.markdown = address ? "<" + link.target + ">" : "[" + link.label + "](<" + link.target + ">)";
        }
        return out;
    }
    const auto support = support_.of_page(link.claim, place.page, place.anchor);
    const auto view = index_.page(place.page);
    out.page = place.page;
    out.check.support = support.score;
    out.check.why = support.why;
    std::string anchor = place.anchor;
    switch (support.verdict) {
        case Support::Verdict::supported:
            out.check.outcome = Outcome::kept;
            out.is_source = true;
            // The section that says it, where the link names none or another one.
            if (const auto found = index_.chunk(support.chunk).anchor; !anchor.empty() && !found.empty())
                anchor = found;
            break;
        case Support::Verdict::no_claim:
            out.check.outcome = Outcome::pointer;
            break;
        case Support::Verdict::other_language:
            out.check.outcome = Outcome::unchecked;
            out.is_source = true;
            break;
        case Support::Verdict::unsupported:
            out.check.outcome = Outcome::unsupported;
            out.check.url = page_url(view, base_path_, anchor);
            return out;
    }
    out.check.url = page_url(view, base_path_, anchor);
    std::string label = link.label;
    if (address || trim(label).empty()) label = view.title;
    if (address) {
        std::string title;
        for (const char c : label) {
            if (std::string_view("[]<>`\\*_\n").find(c) == std::string_view::npos) title += c;
        }
        label = title;
    }
    out.markdown = "[" + label + "](" + out.check.url + ")";
    return out;
}

}  // namespace docent::assistant

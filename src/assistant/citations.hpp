#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assistant/answer.hpp"
#include "assistant/link_filter.hpp"
#include "assistant/support.hpp"

namespace docent::assistant {

std::string_view outcome_word(CheckedLink::Outcome outcome);

/// Decides about the links of one answer. Not for several threads at once.
class Citations {
public:
    /// `link_hosts`: other hosts that may be linked, where the page that was read has the very address.
    Citations(const search::Index& index, std::string base_path, std::vector<std::string> link_hosts);

    /// The model has been given this page's text: it may cite it.
    void add_page(std::uint32_t page) { pages_.insert(page); }

    struct Decision {
        std::string markdown;  // what stands in the answer
        CheckedLink check;
        std::uint32_t page = 0;
        bool is_source = false;  // the page supports what was said
    };
    /// CPU work of milliseconds when a page is judged for the first time.
    Decision decide(const WrittenLink& link);

    const std::set<std::uint32_t>& pages() const { return pages_; }

private:
    struct Place {
        bool known = false;
        std::uint32_t page = 0;
        std::string anchor;  // that exists; else ""
    };
    Place place_of(std::string_view target) const;
    bool may_link_out(std::string_view target) const;

    const search::Index& index_;
    const std::string base_path_;
    const std::vector<std::string> link_hosts_;
    std::set<std::uint32_t> pages_;
    SupportCheck support_;
};

}  // namespace docent::assistant

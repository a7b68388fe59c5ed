#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace docent::agent {

/// The secrets that the server knows: keys of models, tokens of code providers. None of them may stand in a
/// timeline or reach a model, wherever a file, a command or another server may have them from.
class Secrets {
public:
    static constexpr std::size_t shortest = 8;  // shorter ones would take ordinary words away

    /// Those that are shorter than `shortest` are left out.
    void add(const std::string& secret);

    /// The text with "***" in the place of each.
    std::string masked(std::string text) const;
    /// All texts in it, at any depth.
    void mask(boost::json::object& payload) const;

private:
    void mask(boost::json::value& value) const;

    std::vector<std::string> known_;  // longest first
};

}  // namespace docent::agent

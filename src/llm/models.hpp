#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/quantity.hpp"
#include "llm/provider.hpp"

namespace docent::llm {

/// For a million tokens each.
struct Prices {
    Money input, output;
    std::optional<Money> cached_input;  // none: as input
    std::optional<Money> cache_write;   // none: as input

    /// Millionths of the currency, rounded up.
    std::int64_t cost(const Usage& usage) const;
};

/// A configured model.
struct ModelConfig {
    std::string name;  // in lists and figures: [a-z0-9-_]
    ProviderConfig provider;
    Prices prices;
    std::int64_t retries = 2;                             // after failures that may pass
    std::chrono::milliseconds retry_wait{500};            // before the first; twice as long each time
    std::chrono::milliseconds longest_retry_wait{5'000};  // when the service asks for more: the next model
    std::size_t max_running = 64;                         // calls at a time; 0: any number
    std::chrono::milliseconds queue_limit{10'000};        // waiting for one of them to end
    std::int64_t failures_to_rest = 5;                    // in a row, then the model is left alone
    std::chrono::milliseconds rest{30'000};               // for so long at first
};

/// The configured models, and lists of them that are asked in order. On the event loop.
class Models {
public:
    /// `order` is the list of projects that name none; empty: all, as they are given. invalid_argument
    /// names the model and the setting.
    static Result<std::unique_ptr<Models>> make(std::vector<ModelConfig> models,
                                                std::vector<std::string> order, net::HttpClient& http);
    ~Models();

    /// The models of these names as one that asks them in order: the next one when one fails before it
    /// has put anything into the sink, with retries in between; afterwards it reports "interrupted" and the
    /// caller decides. An empty list is the default order. Null when there is no model: none is configured,
    /// the list is "none", or none of its names is known. Lives as long as this.
    Provider* chain(const std::vector<std::string>& names = {});

    std::vector<std::string> names() const;
    /// The names in the order in which they are asked, unless a caller has its own.
    const std::vector<std::string>& order() const { return order_; }
    /// For lists that people see.
    struct About {
        std::string name, kind, model;
        std::int64_t context_tokens = 0;  // 0: not known
    };
    std::vector<About> list() const;
    /// One model alone, without retries. Null when there is none of that name.
    Provider* find(const std::string& name);

    /// For figures.
    struct State {
        std::string name;
        std::size_t running = 0, waiting = 0;
        bool resting = false;
        std::uint64_t calls = 0, failures = 0;
    };
    std::vector<State> states() const;

    struct Link;  // chain.hpp

private:
    Models();
    std::vector<std::unique_ptr<Link>> links_;
    std::vector<std::string> order_;
    std::map<std::vector<std::string>, std::unique_ptr<Provider>> chains_;
};

}  // namespace docent::llm

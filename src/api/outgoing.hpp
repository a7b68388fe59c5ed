#pragma once
#include <string>

#include "store/deliveries.hpp"
#include "store/webhooks.hpp"
#include "webhooks/sender.hpp"

namespace docent::api {

/// Webhooks of projects, for the routes: the store's nouns, and who sends.
struct Outgoing {
    Outgoing(store::Store& store, const std::string& secret_key, docent::webhooks::Sender& s)
        : webhooks(store, secret_key), deliveries(store), sender(s) {}
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    store::Webhooks webhooks;
    store::Deliveries deliveries;
    docent::webhooks::Sender& sender;
};

}  // namespace docent::api

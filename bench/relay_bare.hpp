#pragma once

namespace docent::bench {

/// The least that a relay can do, to compare with: one thread and one epoll set, and what comes from the
/// service on 127.0.0.1:`upstream` is sent to the reader as it is. Nothing is parsed. Prints its port; does
/// not return.
int bare_relay(int upstream);

}  // namespace docent::bench

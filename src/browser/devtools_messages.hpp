#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::browser {

/// The messages of a DevTools pipe: JSON texts, each ended by a zero byte, that come in pieces of any size.
class DevToolsMessages {
public:
    static constexpr std::size_t most = 64 << 20;  // bytes of one message

    /// The messages that these bytes complete, in order, without their ends. False when one is too long: then
    /// nothing more can be read.
    bool add(std::string_view bytes, std::vector<std::string>& out);

    /// Bytes of a message that is not yet whole.
    std::size_t waiting() const { return begun_.size(); }

private:
    std::string begun_;
};

}  // namespace docent::browser

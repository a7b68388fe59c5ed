#include "browser/devtools_messages.hpp"

namespace docent::browser {

bool DevToolsMessages::add(std::string_view bytes, std::vector<std::string>& out) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\0');
        const auto piece = bytes.substr(0, end);
        if (begun_.size() + piece.size() > most) return false;
        begun_ += piece;
        if (end == bytes.npos) return true;
        out.push_back(std::move(begun_));
        begun_.clear();
        bytes.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace docent::browser

#include "docs/api_specs.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_spec = 32 << 20;

std::string upper(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_method(std::string_view word) {
    for (const std::string_view method :
         {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY", "WEBHOOK"})
        if (upper(word) == method) return true;
    return false;
}

std::string below_root(std::string_view file) {
    while (!file.empty() && (file[0] == '/' || file.substr(0, 2) == "./"))
        file.remove_prefix(file[0] == '/' ? 1 : 2);
    return std::string(file);
}

/// A quick look, so that package.json and the like are not parsed whole.
bool looks_like_openapi(std::string_view text) {
    const auto head = text.substr(0, 4096);
    return head.find("\"openapi\"") != std::string_view::npos || head.substr(0, 8) == "openapi:" ||
           head.find("\nopenapi:") != std::string_view::npos ||
           text.find("\"openapi\"") != std::string_view::npos;
}

}  // namespace

OperationRef parse_operation(std::string_view written) {
    OperationRef out;
    std::vector<std::string> words;
    for (auto& word : split(written, ' '))
        if (!trim(word).empty()) words.emplace_back(trim(word));
    for (std::size_t i = 0; i < words.size() && i < 2; ++i) {
        if (!is_method(words[i]) || i + 1 >= words.size()) continue;
        out.method = upper(words[i]);
        out.path = words[i + 1];
        for (auto k = i + 2; k < words.size() && out.method == "WEBHOOK"; ++k) out.path += " " + words[k];
        if (i == 1) out.file = words[0].find("://") != std::string::npos ? words[0] : below_root(words[0]);
        return out;
    }
    return out;
}

const OpenApi* ApiSpecs::load(const std::string& file, bool must) {
    const auto known = specs_.find(file);
    if (known != specs_.end()) return known->second.get();
    auto& slot = specs_[file];
    if (file.find("://") != std::string::npos) {
        problems_.push_back(
            {file, 0, "an API description at an address is not read; add its file to the site", false});
        return nullptr;
    }
    const bool listed =
        std::any_of(files_.begin(), files_.end(), [&](const auto& one) { return one.path == file; });
    auto text = listed ? read_source(root_, file, max_spec)
                       : Result<std::string>(not_found("this API description does not exist"));
    if (text && !must && !looks_like_openapi(*text)) return nullptr;
    auto parsed = text ? OpenApi::parse(*text, file) : Result<OpenApi>(std::move(text).error());
    if (!parsed) {
        if (must) problems_.push_back({file, 0, parsed.error().message, false});
        return nullptr;
    }
    slot = std::make_unique<OpenApi>(*std::move(parsed));
    return slot.get();
}

const OpenApi* ApiSpecs::spec(std::string_view file) {
    return load(file.find("://") != std::string_view::npos ? std::string(file) : below_root(file), true);
}

ApiSpecs::Found ApiSpecs::find(const OperationRef& wanted, std::string_view nearest) {
    const auto look = [&](const std::string& file, bool must) -> Found {
        const auto* api = load(file, must);
        const auto* operation = api ? api->find(wanted.method, wanted.path) : nullptr;
        return operation ? Found{api, operation, file} : Found{};
    };
    if (!wanted.file.empty()) return look(wanted.file, true);
    if (!nearest.empty())
        if (auto found = look(below_root(nearest), true); found.spec) return found;
    for (const auto& file : files_) {
        const auto extension = extension_of(file.path);
        if (extension != ".json" && extension != ".yaml" && extension != ".yml") continue;
        if (auto found = look(file.path, false); found.spec) return found;
    }
    return {};
}

}  // namespace docent::docs

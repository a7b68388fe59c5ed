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

/// A quick look, so that package.json and the like are not parsed whole. `field` names the kind: "openapi".
bool looks_like(std::string_view field, std::string_view text) {
    const std::string quoted = "\"" + std::string(field) + "\"", plain = std::string(field) + ":";
    const auto head = text.substr(0, 4096);
    return head.starts_with(plain) || head.find("\n" + plain) != std::string_view::npos ||
           text.find(quoted) != std::string_view::npos;
}

bool may_be_spec(std::string_view file) {
    const auto extension = extension_of(file);
    return extension == ".json" || extension == ".yaml" || extension == ".yml";
}

std::string spec_name(std::string_view file) {
    return file.find("://") != std::string_view::npos ? std::string(file) : below_root(file);
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
        if (i == 1) out.file = spec_name(words[0]);
        return out;
    }
    return out;
}

ChannelRef parse_channel(std::string_view written) {
    written = trim(written);
    const auto space = written.find(' ');
    const auto first = written.substr(0, space);
    if (!may_be_spec(first)) return {"", std::string(written)};
    return {spec_name(first), space == written.npos ? "" : std::string(trim(written.substr(space)))};
}

template <class Spec>
const Spec* ApiSpecs::load(std::map<std::string, std::unique_ptr<Spec>>& known, std::string_view field,
                           const std::string& file, bool must) {
    const auto there = known.find(file);
    if (there != known.end()) return there->second.get();
    auto& slot = known[file];
    if (file.find("://") != std::string::npos) {
        problems_.push_back(
            {file, 0, "an API description at an address is not read; add its file to the site", false});
        return nullptr;
    }
    const bool listed =
        std::any_of(files_.begin(), files_.end(), [&](const auto& one) { return one.path == file; });
    auto text = listed ? read_source(root_, file, max_spec)
                       : Result<std::string>(not_found("this API description does not exist"));
    if (text && !must && !looks_like(field, *text)) return nullptr;
    auto parsed = text ? Spec::parse(*text, file) : Result<Spec>(std::move(text).error());
    if (!parsed) {
        if (must) problems_.push_back({file, 0, parsed.error().message, false});
        return nullptr;
    }
    slot = std::make_unique<Spec>(*std::move(parsed));
    return slot.get();
}

const OpenApi* ApiSpecs::open_api(const std::string& file, bool must) {
    return load(open_apis_, "openapi", file, must);
}

const AsyncApi* ApiSpecs::async_api(const std::string& file, bool must) {
    return load(async_apis_, "asyncapi", file, must);
}

const OpenApi* ApiSpecs::spec(std::string_view file) { return open_api(spec_name(file), true); }
const AsyncApi* ApiSpecs::async_spec(std::string_view file) { return async_api(spec_name(file), true); }

ApiSpecs::Found ApiSpecs::find(const OperationRef& wanted, std::string_view nearest) {
    const auto look = [&](const std::string& file, bool must) -> Found {
        const auto* api = open_api(file, must);
        const auto* operation = api ? api->find(wanted.method, wanted.path) : nullptr;
        return operation ? Found{api, operation, file} : Found{};
    };
    if (!wanted.file.empty()) return look(wanted.file, true);
    if (!nearest.empty())
        if (auto found = look(below_root(nearest), true); found.spec) return found;
    for (const auto& file : files_) {
        if (!may_be_spec(file.path)) continue;
        if (auto found = look(file.path, false); found.spec) return found;
    }
    return {};
}

ApiSpecs::FoundChannel ApiSpecs::find_channel(const ChannelRef& wanted) {
    const auto look = [&](const std::string& file, bool must) -> FoundChannel {
        const auto* api = async_api(file, must);
        const auto* channel = api ? api->find(wanted.channel) : nullptr;
        return channel ? FoundChannel{api, channel, file} : FoundChannel{};
    };
    if (!wanted.file.empty()) return look(wanted.file, true);
    for (const auto& file : files_) {
        if (!may_be_spec(file.path)) continue;
        if (auto found = look(file.path, false); found.spec) return found;
    }
    return {};
}

}  // namespace docent::docs

#include "docs/site_config.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>

#include "base/text.hpp"
#include "docs/mdx.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {

namespace json = boost::json;

namespace {

constexpr std::size_t max_config = 16 << 20;
constexpr std::size_t max_values = 2'000'000;  // after all references are in
constexpr std::size_t max_config_depth = 64;

class Loader {
public:
    Loader(const std::filesystem::path& root, std::vector<Problem>& problems)
        : root_(root), problems_(problems) {}

    std::optional<json::value> load(const std::string& file) {
        auto text = read_source(root_, file, max_config);
        if (!text) {
            problems_.push_back({file, 0, text.error().message, false});
            return std::nullopt;
        }
        std::string_view source = *text;
        if (source.substr(0, 3) == "\xef\xbb\xbf") source.remove_prefix(3);
        json::parse_options options;
        options.max_depth = max_config_depth;
        options.allow_comments = true;
        options.allow_trailing_commas = true;
        options.allow_invalid_utf8 = false;
        json::stream_parser parser({}, options);
        boost::system::error_code failed;
        const auto read = parser.write_some(source.data(), source.size(), failed);
        if (!failed) parser.finish(failed);
        if (!failed && source.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
            failed = json::error::extra_data;
        if (failed) {
            problems_.push_back({file, static_cast<std::uint32_t>(line_of(source, read)),
                                 "this is no valid JSON: " + failed.message(), false});
            return std::nullopt;
        }
        return resolve(parser.release(), file, 0);
    }

private:
    json::value resolve(json::value value, const std::string& file, std::size_t depth) {
        if (++values_ > max_values || depth > max_config_depth) return nullptr;
        if (value.is_array()) {
            for (auto& item : value.as_array()) item = resolve(std::move(item), file, depth + 1);
            return value;
        }
        if (!value.is_object()) return value;
        auto& object = value.as_object();
        const auto* reference = object.if_contains("$ref");
        if (!reference || !reference->is_string()) {
            for (auto& field : object) field.value() = resolve(std::move(field.value()), file, depth + 1);
            return value;
        }
        const std::string written(reference->as_string().c_str());
        auto target = load_reference(written, file);
        json::object siblings;
        for (auto& field : object)
            if (field.key() != "$ref") siblings[field.key()] = resolve(field.value(), file, depth + 1);
        if (!target) return siblings.empty() ? json::value(nullptr) : json::value(std::move(siblings));
        if (target->is_object())
            for (auto& field : siblings) target->as_object()[field.key()] = field.value();
        return std::move(*target);
    }

    std::optional<json::value> load_reference(const std::string& written, const std::string& file) {
        const auto path = written.find("://") == std::string::npos ? resolve_path(written, file) : "";
        std::error_code failed;
        const auto real = std::filesystem::weakly_canonical(root_ / path, failed);
        const auto root = std::filesystem::weakly_canonical(root_, failed);
        const bool inside =
            !path.empty() &&
            std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
        if (!inside) {
            problems_.push_back(
                {file, 0, "$ref \"" + written + "\" does not name a file of this site", false});
            return std::nullopt;
        }
        if (std::find(open_.begin(), open_.end(), path) != open_.end() || open_.size() > 16) {
            problems_.push_back({file, 0,
                                 "$ref \"" + written + "\" leads back to a file that is being read (a cycle)",
                                 false});
            return std::nullopt;
        }
        open_.push_back(path);
        auto out = load(path);
        open_.pop_back();
        return out;
    }

    const std::filesystem::path& root_;
    std::vector<Problem>& problems_;
    std::vector<std::string> open_;
    std::size_t values_ = 0;

public:
    void enter(const std::string& file) { open_.push_back(file); }
};

}  // namespace

std::optional<SiteConfig> read_site_config(const std::filesystem::path& root,
                                           std::vector<Problem>& problems) {
    for (const auto* name : {"docs.json", "mint.json"}) {
        std::error_code failed;
        if (!std::filesystem::is_regular_file(root / name, failed)) continue;
        Loader loader(root, problems);
        loader.enter(name);
        SiteConfig out;
        out.file = name;
        auto value = loader.load(name);
        if (value && value->is_object())
            out.root = std::move(value->as_object());
        else if (value)
            problems.push_back({name, 1, "this is no JSON object", false});
        return out;
    }
    return std::nullopt;
}

}  // namespace docent::docs

#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "docs/async_api.hpp"
#include "docs/openapi.hpp"
#include "docs/site.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {

/// "[file] METHOD /path" or "[file] webhook name", as front matter and navigation write it.
struct OperationRef {
    std::string file;    // below the root; "" when none is named
    std::string method;  // upper case; "WEBHOOK"; "" when this is no operation
    std::string path;
};

OperationRef parse_operation(std::string_view written);

/// "[file] channel", as the field `asyncapi` of a page writes it.
struct ChannelRef {
    std::string file;  // below the root; "" when none is named
    std::string channel;
};

ChannelRef parse_channel(std::string_view written);

/// The OpenAPI and AsyncAPI descriptions of a site, read when first asked for.
class ApiSpecs {
public:
    struct Found {
        const OpenApi* spec = nullptr;
        const OpenApi::Operation* operation = nullptr;
        std::string file;
    };

    struct FoundChannel {
        const AsyncApi* spec = nullptr;
        const AsyncApi::Channel* channel = nullptr;
        std::string file;
    };

    ApiSpecs(const std::filesystem::path& root, const std::vector<SourceFile>& files,
             std::vector<Problem>& problems)
        : root_(root), files_(files), problems_(problems) {}

    /// By the file that is named, else in `nearest` (the navigation's), else the first file by name that has
    /// it.
    Found find(const OperationRef& wanted, std::string_view nearest);
    /// Null when it cannot be read; that is a Problem, once.
    const OpenApi* spec(std::string_view file);

    /// As find(): by the file that is named, else the first file by name that has the channel.
    FoundChannel find_channel(const ChannelRef& wanted);
    const AsyncApi* async_spec(std::string_view file);

private:
    template <class Spec>
    const Spec* load(std::map<std::string, std::unique_ptr<Spec>>& known, std::string_view field,
                     const std::string& file, bool must);
    const OpenApi* open_api(const std::string& file, bool must);
    const AsyncApi* async_api(const std::string& file, bool must);

    const std::filesystem::path& root_;
    const std::vector<SourceFile>& files_;
    std::vector<Problem>& problems_;
    std::map<std::string, std::unique_ptr<OpenApi>> open_apis_;
    std::map<std::string, std::unique_ptr<AsyncApi>> async_apis_;
};

}  // namespace docent::docs

#pragma once
#include "api/wire/encoder.hpp"
#include "api/wire/json_text.hpp"

namespace docent::api {

/// What the AI SDK's formats share. A Format has a write(part, out) for every kind of part, for which this is
/// a friend; it sets `ended_` at Finished and Failed.
template <class Format>
class PartEncoder : public Encoder {
public:
    explicit PartEncoder(EncoderOptions options) : options_(std::move(options)) {}

    void encode(const assistant::AnswerPart& part, std::string& out) final {
        if (ended_) return;
        std::visit([&](const auto& p) { static_cast<Format&>(*this).write(p, out); }, part);
    }

protected:
    /// `version_header` tells clients the format. Proxies keep the stream as it is.
    static net::Headers stream_headers(const char* type, const char* version_header) {
        return {{"Content-Type", type},
                {"Cache-Control", "no-cache"},
                {"X-Accel-Buffering", "no"},
                {version_header, "v1"}};
    }

    /// `,"url":"...","title":"..."}` of a source; without a title when it has none.
    static void end_source(const assistant::Source& source, std::string& out) {
        out += ",\"url\":";
        append_json_string(out, source.url);
        if (!source.title.empty()) {
            out += ",\"title\":";
            append_json_string(out, source.title);
        }
        out += '}';
    }

    const EncoderOptions options_;
    bool ended_ = false;
};

}  // namespace docent::api

#include <algorithm>

#include "api/wire/encoder.hpp"

namespace docent::api {
namespace {

class AnswerBody final : public net::BodySource {
public:
    AnswerBody(std::shared_ptr<assistant::Answer> answer, std::unique_ptr<Encoder> encoder,
               std::function<void()> left)
        : answer_(std::move(answer)), encoder_(std::move(encoder)), left_(std::move(left)) {}

    ~AnswerBody() override {
        following_.reset();
        if (!complete_ && left_) left_();
    }

    void start(std::function<void()> wake) override { following_ = answer_->follow(std::move(wake)); }

    Next read(std::string& out, std::size_t limit) override {
        const auto before = out.size();
        const auto& parts = answer_->parts();
        while (next_ < parts.size() && out.size() - before < limit) encoder_->encode(parts[next_++], out);
        if (next_ < parts.size()) return Next::more;
        if (answer_->ended()) {
            complete_ = true;
            following_.reset();
            return Next::end;
        }
        return Next::wait;
    }

    std::string_view keep_alive() const override { return encoder_->keep_alive(); }

private:
    const std::shared_ptr<assistant::Answer> answer_;
    const std::unique_ptr<Encoder> encoder_;
    const std::function<void()> left_;
    assistant::Answer::Handle following_;
    std::size_t next_ = 0;
    bool complete_ = false;
};

}  // namespace

std::string_view finish_word(std::string_view reason) {
    constexpr std::string_view known[] = {"stop", "length", "content-filter", "tool-calls", "error", "other"};
    const auto found = std::ranges::find(known, reason);
    return found == std::end(known) ? "other" : *found;
}

std::unique_ptr<net::BodySource> answer_body(std::shared_ptr<assistant::Answer> answer,
                                             std::unique_ptr<Encoder> encoder, std::function<void()> left) {
    return std::make_unique<AnswerBody>(std::move(answer), std::move(encoder), std::move(left));
}

}  // namespace docent::api

#include "api/mcp/shell/script.hpp"

#include "base/text.hpp"

namespace docent::api::shell {
namespace {

constexpr std::string_view glob_characters = "*?[";
constexpr std::string_view pattern_special = "*?[]\\";

bool ends_word(char c) { return std::string_view(" \t\r\n;|&<>()").find(c) != std::string_view::npos; }

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<std::vector<Pipeline>> read() {
        auto when = Pipeline::When::always;
        for (;;) {
            skip_blank();
            if (at_ == text_.size()) break;
            const char c = text_[at_];
            if (c == '\n' || c == ';') {
                if (c == ';' && call_.words.empty()) return unexpected(";");
                if (!call_.words.empty()) finish_pipeline(when);
                if (when != Pipeline::When::always && pipeline_.calls.empty() && call_.words.empty() &&
                    c == ';')
                    return unexpected(";");
                ++at_;
                continue;
            }
            if (next_is("&&") || next_is("||")) {
                const auto joined = text_.substr(at_, 2);
                if (call_.words.empty()) return unexpected(joined);
                finish_pipeline(when);
                when = joined == "&&" ? Pipeline::When::after_success : Pipeline::When::after_failure;
                at_ += 2;
                continue;
            }
            if (c == '|') {
                if (call_.words.empty()) return unexpected("|");
                if (next_is("|&")) call_.err_to_out = true;
                at_ += next_is("|&") ? 2 : 1;
                pipeline_.calls.push_back(std::move(call_));
                call_ = {};
                open_pipe_ = true;
                continue;
            }
            if (c == '(' || c == ')')
                return invalid(
                    "groups and subshells are not supported; write the commands one after another");
            TRY(const bool redirected, redirection());
            if (redirected) continue;
            if (c == '&') return invalid("commands do not run in the background; leave out the &");
            if (c == '<') return invalid("input redirection is not supported; use cat FILE | ...");
            TRY_VOID(word());
            if (words_ > max_words) return invalid("the command has more than 200 words; shorten it");
            if (calls_ + pipeline_.calls.size() >= max_calls)
                return invalid("the command has more than 20 parts; split it");
        }
        if (call_.words.empty() && (open_pipe_ || when != Pipeline::When::always))
            return invalid("the command ends after an operator; complete it");
        if (!call_.words.empty()) finish_pipeline(when);
        if (script_.empty()) return invalid("the command is empty; try ls / or rg -i \"words\" /");
        return std::move(script_);
    }

private:
    bool next_is(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    static Error unexpected(std::string_view what) {
        return invalid("there is no command before \"" + std::string(what) + "\"");
    }

    void skip_blank() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\r') {
                ++at_;
            } else if (next_is("\\\n")) {
                at_ += 2;
            } else if (c == '#') {
                while (at_ < text_.size() && text_[at_] != '\n') ++at_;
            } else {
                return;
            }
        }
    }

    void finish_pipeline(Pipeline::When& when) {
        pipeline_.when = when;
        pipeline_.calls.push_back(std::move(call_));
        calls_ += pipeline_.calls.size();
        script_.push_back(std::move(pipeline_));
        pipeline_ = {};
        call_ = {};
        when = Pipeline::When::always;
        open_pipe_ = false;
    }

    /// "2>/dev/null", ">/dev/null", "&>/dev/null", "2>&1". Anything else that writes is refused.
    Result<bool> redirection() {
        auto from = at_;
        char which = '1';
        if (text_[from] == '&' && text_.substr(from + 1, 1) == ">") {
            which = '&';
            ++from;
        } else if ((text_[from] == '1' || text_[from] == '2') && text_.substr(from + 1, 1) == ">") {
            which = text_[from++];
        }
        if (from >= text_.size() || text_[from] != '>') return false;
        from += text_.substr(from, 2) == ">>" ? 2 : 1;
        if (which == '2' && text_.substr(from, 2) == "&1") {
            call_.err_to_out = true;
            at_ = from + 2;
            return true;
        }
        if (which == '1' && text_.substr(from, 2) == "&2") {
            at_ = from + 2;
            return true;
        }
        while (from < text_.size() && text_[from] == ' ') ++from;
        constexpr std::string_view null = "/dev/null";
        const bool dropped = text_.substr(from, null.size()) == null &&
                             (from + null.size() == text_.size() || ends_word(text_[from + null.size()]));
        if (!dropped) return invalid("the documentation is read-only: nothing can be written to a file");
        if (which != '2') call_.drop_out = true;
        if (which != '1') call_.drop_err = true;
        at_ = from + null.size();
        return true;
    }

    void literal(char c) {
        word_.text += c;
        if (pattern_special.find(c) != std::string_view::npos) word_.pattern += '\\';
        word_.pattern += c;
    }

    /// "$" with what a shell would put something else for.
    Status no_expansion() const {
        if (text_[at_] == '`' || next_is("$("))
            return invalid("command substitution is not supported; use a pipe or two calls");
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        const bool name = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_';
        if (name || next == '{')
            return invalid("variables are not supported; quote a literal $ in single quotes");
        return {};
    }

    Status double_quoted() {
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return {};
            }
            if (c == '\\' && at_ + 1 < text_.size() &&
                std::string_view("\"\\$`\n").find(text_[at_ + 1]) != std::string_view::npos) {
                ++at_;
                if (text_[at_] != '\n') literal(text_[at_]);
                continue;
            }
            if (c == '$' || c == '`') TRY_VOID(no_expansion());
            literal(c);
        }
        return invalid("a double quote is not closed");
    }

    Status word() {
        word_ = {};
        bool glob = false;
        while (at_ < text_.size() && !ends_word(text_[at_])) {
            const char c = text_[at_];
            if (c == '\'') {
                const auto end = text_.find('\'', at_ + 1);
                if (end == text_.npos) return invalid("a single quote is not closed");
                for (++at_; at_ < end; ++at_) literal(text_[at_]);
                ++at_;
            } else if (c == '"') {
                TRY_VOID(double_quoted());
            } else if (c == '\\') {
                if (++at_ == text_.size()) return invalid("the command ends after a backslash");
                if (text_[at_] != '\n') literal(text_[at_]);
                ++at_;
            } else {
                if (c == '$' || c == '`') TRY_VOID(no_expansion());
                if (glob_characters.find(c) != std::string_view::npos) glob = true;
                word_.text += c;
                word_.pattern += c;
                ++at_;
            }
        }
        if (!glob) word_.pattern.clear();
        call_.words.push_back(std::move(word_));
        ++words_;
        open_pipe_ = false;
        return {};
    }

    const std::string_view text_;
    std::size_t at_ = 0, words_ = 0, calls_ = 0;
    bool open_pipe_ = false;
    Word word_;
    Call call_;
    Pipeline pipeline_;
    std::vector<Pipeline> script_;
};

}  // namespace

Result<std::vector<Pipeline>> parse_script(std::string_view text) {
    if (text.size() > max_script) return invalid("the command is longer than 4,000 bytes; shorten it");
    if (!is_utf8(text) || text.find('\0') != text.npos) return invalid("the command is not plain text");
    return Reader(text).read();
}

}  // namespace docent::api::shell

#include "api/protection.hpp"

#include "assistant/masking.hpp"
#include "net/problem.hpp"

namespace docent::api {

Task<Result<std::optional<net::Response>>> refuse_message(const net::Request& request, std::string project_id,
                                                          const ProjectSettings& settings, std::string fp,
                                                          Services& services) {
    std::optional<net::Response> out;
    const auto verdict = services.limits.take_reader(project_id, fp, settings.limit_reader_hour,
                                                     request.client, settings.limit_address_hour);
    if (!verdict.allowed) {
        out = net::problem(limit_error(verdict));
        add_limit_headers(verdict, *out);
        co_return out;
    }
    if (!settings.challenge) co_return out;
    std::string proof = request.header(Gate::header);
    auto checked = co_await services.analytics.gate.check(std::move(project_id), std::move(proof));
    if (checked) co_return out;
    if (checked.error().code != ErrorCode::permission_denied) co_return std::move(checked).error();
    out = net::problem(checked.error());
    co_return out;
}

void apply_masking(const ProjectSettings& settings, assistant::Question& question) {
    question.mask_stored = settings.masks();
    if (settings.mask_personal_data != "always") return;
    for (auto& message : question.messages) message.text = assistant::mask_personal_data(message.text);
    for (auto& context : question.context) context.value = assistant::mask_personal_data(context.value);
}

std::string masked_for(const ProjectSettings& settings, std::string text) {
    return settings.masks() ? assistant::mask_personal_data(text) : text;
}

}  // namespace docent::api

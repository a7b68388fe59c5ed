#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "api/services.hpp"
#include "net/http.hpp"
#include "store/jobs.hpp"

namespace docent::api {

/// A job with what is shown of it.
struct ShownJob {
    store::Job job;
    store::Session session;
    std::string repository;    // its address, without credentials
    std::string ref;           // the branch that the pull request is for
    std::string pull_request;  // its address; "": there is none
    std::vector<store::SessionTask> tasks;
};

/// `reviews`: what the addresses of review pages begin with, as this caller sees them: review_base().
Task<Result<ShownJob>> show_job(store::Job job, std::string reviews, Coding& coding);
std::string review_base(const net::Request& request, const Services& services);

/// AgentJob of the published agent API v2, with fields of ours beside.
boost::json::object to_json(const ShownJob& shown);

/// The same as v1 has it.
boost::json::object to_v1_json(const ShownJob& shown, const std::string& project_slug);

}  // namespace docent::api

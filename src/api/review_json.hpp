#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/reviews.hpp"
#include "git/commit_range.hpp"

namespace docent::api {

/// The objects of a review.
boost::json::object to_json(const git::RangeCommit& commit);
boost::json::object to_json(const git::FilePatch& patch);
boost::json::object to_json(const agent::ShownComment& shown);
boost::json::object to_json(const docs::PagePreview& preview);

}  // namespace docent::api

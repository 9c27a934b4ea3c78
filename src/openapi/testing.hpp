/// @file For tests: documents to be read by people, and gone over.
#pragma once

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace koine::openapi::testing {

/// Lines and indents, so that a golden file's differences can be read.
inline std::string pretty(boost::json::value const& json, int depth = 0) {
    std::string const indent(static_cast<std::size_t>(depth + 1) * 2, ' ');
    std::string const end = "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ');
    auto const flat = boost::json::serialize(json);
    if (flat.size() < 110 || (!json.is_object() && !json.is_array())) return flat;
    std::string out;
    if (json.is_object()) {
        for (auto const& [key, member] : json.get_object())
            out +=
                (out.empty() ? "{\n" : ",\n") + indent + boost::json::serialize(boost::json::value(key)) + ": " + pretty(member, depth + 1);
        return out + end + "}";
    }
    for (auto const& item : json.get_array()) out += (out.empty() ? "[\n" : ",\n") + indent + pretty(item, depth + 1);
    return out + end + "]";
}

/// The document is what the file holds; with KOINE_UPDATE_GOLDEN it becomes so.
inline void expect_golden(boost::json::value const& document, std::string const& path) {
    auto const text = pretty(document) + "\n";
    if (std::getenv("KOINE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    std::ifstream file(path);
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(text, golden.str()) << "run with KOINE_UPDATE_GOLDEN=1 to accept";
}

/// Visits every object.
template <class Visit>
void each_object(boost::json::value const& json, Visit const& visit) {
    if (auto const* object = json.if_object()) {
        visit(*object);
        for (auto const& [key, member] : *object) each_object(member, visit);
    } else if (auto const* array = json.if_array()) {
        for (auto const& element : *array) each_object(element, visit);
    }
}

/// All references lead somewhere, and no two operations have one name. @return how many references there are.
inline int expect_to_hold_together(boost::json::value const& document, std::set<std::string>& operations) {
    int references = 0;
    each_object(document, [&](boost::json::object const& object) {
        if (auto const* reference = object.if_contains("$ref"); reference != nullptr && reference->is_string()) {
            ++references;
            boost::system::error_code error;
            document.find_pointer(std::string_view(reference->get_string()).substr(1), error);
            EXPECT_FALSE(error) << reference->get_string();
        }
        if (auto const* id = object.if_contains("operationId"); id != nullptr && id->is_string()) {
            EXPECT_TRUE(operations.emplace(id->get_string()).second) << id->get_string() << " twice";
        }
    });
    return references;
}

}  // namespace koine::openapi::testing

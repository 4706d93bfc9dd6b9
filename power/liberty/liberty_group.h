#pragma once

#include <string_view>
#include <vector>

#include "power/liberty/liberty_text.h"

namespace approxtlm::power {

/// The syntax of Liberty without its meaning. Every view points into the LibertyText, which must outlive it.

/// `name : value ;`, the value without quotes.
struct LibertyAttribute {
    std::string_view name, value;
};

/// `name ( value , ... ) ;`
struct LibertyComplex {
    std::string_view name;
    std::vector<std::string_view> values;
};

/// `type ( names ) { ... }`
struct LibertyGroup {
    std::string_view type;
    std::vector<std::string_view> names;
    std::vector<LibertyAttribute> attributes;
    std::vector<LibertyComplex> complexes;
    std::vector<LibertyGroup> groups;

    /// The last one with that name, as later statements override earlier ones; nullptr when there is none.
    const LibertyAttribute* attribute(std::string_view name) const;
    const LibertyComplex* complex(std::string_view name) const;
    const LibertyGroup* group(std::string_view name) const;
    /// The value, empty when there is none.
    std::string_view value(std::string_view name) const;
    /// The first name, empty when there is none.
    std::string_view first_name() const { return names.empty() ? std::string_view{} : names.front(); }
};

/// The one `library` group of a file. Throws InputError with file and line.
LibertyGroup parse_liberty(const LibertyText& text);

}  // namespace approxtlm::power
